import { counter, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { fieldTable, infoCollector, lineList } from '../reading/info-parts.ts'
import { rowsOf } from '../reading/info-table.ts'
import { readSample } from '../reading/read-sample.ts'

const row = rowsOf('cpu')

const rows = [
  row.counter('used_cpu_sys', 'cpu_sys_seconds_total', 'Processor time in the kernel'),
  row.counter('used_cpu_user', 'cpu_user_seconds_total', 'Processor time in user space'),
  row.counter(
    'used_cpu_sys_children',
    'cpu_sys_children_seconds_total',
    'Processor time of child processes in the kernel',
  ),
  row.counter(
    'used_cpu_user_children',
    'cpu_user_children_seconds_total',
    'Processor time of child processes in user space',
  ),
  row.counter(
    'used_cpu_sys_main_thread',
    'cpu_sys_main_thread_seconds_total',
    'Processor time of the main thread in the kernel',
  ),
  row.counter(
    'used_cpu_user_main_thread',
    'cpu_user_main_thread_seconds_total',
    'Processor time of the main thread in user space',
  ),
  row.counter(
    'used_active_time_main_thread',
    'active_time_main_thread_seconds_total',
    'Time the main thread was at work',
  ),
]

const ioThreadActiveTime = counter(
  'active_time_io_thread_seconds_total',
  'Time an I/O thread was at work (INFO cpu: used_active_time_io_thread_N)',
  ['thread'],
)

export const cpu = infoCollector({
  name: 'cpu',
  help: 'processor time of the server, from INFO cpu',
  parts: [
    fieldTable(rows),
    lineList({
      section: 'cpu',
      name: /^used_active_time_io_thread_(\d+)$/,
      metrics: [ioThreadActiveTime],
      reader:
        ({ reject }) =>
        ([field, thread = ''], text) =>
          readSample(reject, field, text, readNumber, (value) =>
            sample(ioThreadActiveTime, value, { thread }),
          ),
    }),
  ],
})

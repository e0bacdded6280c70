import { expect, test } from 'vitest'
import { modules } from '../../../src/collectors/modules/modules.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('each module that is loaded is told by its labels', async () => {
  const info = unindented`
    # Modules
    module:name=search,ver=21005,api=1,filters=0,usedby=[],using=[ReJSON],options=[]
    module:name=ReJSON,ver=20609,api=1,filters=2,usedby=[search|ts],using=[],options=[handle-io-errors]
  `

  expect(await collected(modules, { info })).toBe(unindented`
    # TYPE redis_module_info gauge
    redis_module_info{name="search",ver="21005",api="1",filters="0",usedby="[]",using="[ReJSON]"} 1
    redis_module_info{name="ReJSON",ver="20609",api="1",filters="2",usedby="[search|ts]",using="[]"} 1
  `)
})

test('a part that the server does not tell is an empty label', async () => {
  expect(await collected(modules, { info: '# Modules\nmodule:ver=1,name=bf\n' })).toBe(unindented`
    # TYPE redis_module_info gauge
    redis_module_info{name="bf",ver="1",api="",filters="",usedby="",using=""} 1
  `)
})

test('another field of the section is no module', async () => {
  expect(await collected(modules, { info: '# Modules\nmodules:name=search,ver=1\n' })).toBe('')
})

test('the fields of the Bloom and JSON modules stand in sections of their own', async () => {
  const info = unindented`
    # bf_bloom_core_metrics
    bf_bloom_total_memory_bytes:384
    bf_bloom_num_objects:2
    # bf_bloom_defrag_metrics
    bf_bloom_defrag_hits:5
    # json_core_metrics
    json_total_memory_bytes:64
    json_num_documents:1
  `

  expect(await collected(modules, { info })).toBe(unindented`
    # TYPE redis_bf_bloom_defrag_hits_total counter
    redis_bf_bloom_defrag_hits_total 5
    # TYPE redis_bf_bloom_num_objects gauge
    redis_bf_bloom_num_objects 2
    # TYPE redis_bf_bloom_total_memory_bytes gauge
    redis_bf_bloom_total_memory_bytes 384
    # TYPE redis_json_num_documents gauge
    redis_json_num_documents 1
    # TYPE redis_json_total_memory_bytes gauge
    redis_json_total_memory_bytes 64
  `)
})

test('a server without modules has none of it', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(modules, { info })).toBe('')
})

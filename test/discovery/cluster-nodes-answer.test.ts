import { expect, test } from 'vitest'
import { clusterNodesAnswer } from '../../src/discovery/cluster-nodes-answer.ts'

test('the nodes are one group without labels', () => {
  const addresses = ['redis://127.0.0.1:7000', 'rediss://[::1]:7001']

  expect(clusterNodesAnswer(addresses.map((address) => ({ address })))).toBe(
    `[
  {
    "targets": [
      "redis://127.0.0.1:7000",
      "rediss://[::1]:7001"
    ],
    "labels": {}
  }
]`,
  )
})

test('without a node it is an empty group', () => {
  expect(clusterNodesAnswer([])).toBe('[\n  {\n    "targets": [],\n    "labels": {}\n  }\n]')
})

test('a node to which two targets lead is there once', () => {
  const node = { address: 'redis://a:7000' }

  expect(JSON.parse(clusterNodesAnswer([node, node]))).toEqual([
    { targets: ['redis://a:7000'], labels: {} },
  ])
})

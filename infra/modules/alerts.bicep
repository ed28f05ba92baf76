// What somebody is woken for. Each alert has its section in docs/operations.md, under the same title, with what to do; its
// query is in alerts/. A query gives a row for each thing that is wrong, and none where all is well.

param prefix string
param location string
param tags { *: string }
param workspaceId string
param actionGroupId string
param topicId string

@description('The three-digit codes of the depots: that nothing was heard of one is only known by its name.')
param depots string[]

// In minutes: every asks how often, over how far back the query sees.
var rules = [
  {
    key: 'attention'
    title: 'Documents need attention'
    severity: 3
    every: 15
    over: 15
    query: loadTextContent('../alerts/attention.kql')
  }
  {
    key: 'waiting'
    title: 'Files wait too long'
    severity: 2
    every: 5
    over: 10
    query: loadTextContent('../alerts/waiting.kql')
  }
  {
    key: 'slow'
    title: 'Drop to sent takes too long'
    severity: 3
    every: 15
    over: 30
    query: loadTextContent('../alerts/slow.kql')
  }
  {
    key: 'sync'
    title: 'A sync is late'
    severity: 2
    every: 10
    over: 30
    query: replace(loadTextContent('../alerts/sync.kql'), 'DEPOTS', string(depots))
  }
  {
    key: 'parked'
    title: 'A depot is parked'
    severity: 1
    every: 5
    over: 30
    query: loadTextContent('../alerts/parked.kql')
  }
  {
    key: 'count'
    title: 'The daily count is off'
    severity: 1
    every: 60
    over: 60
    query: loadTextContent('../alerts/count.kql')
  }
  {
    key: 'poison'
    title: 'Poison messages'
    severity: 3
    every: 15
    over: 15
    query: loadTextContent('../alerts/poison.kql')
  }
  {
    key: 'errors'
    title: 'Errors and restarts'
    severity: 2
    every: 10
    over: 10
    query: loadTextContent('../alerts/errors.kql')
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${prefix}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: 'What to do: docs/operations.md, "${rule.title}".'
      severity: rule.severity
      enabled: true
      autoMitigate: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT${rule.every}M'
      windowSize: 'PT${rule.over}M'
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
      }
    }
  }
]

resource undelivered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-undelivered'
  location: 'global'
  tags: tags
  properties: {
    description: 'Event Grid gives up: what to do is in docs/operations.md.'
    severity: 3
    enabled: true
    autoMitigate: true
    scopes: [topicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: actionGroupId
      }
    ]
  }
}

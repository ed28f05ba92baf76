// The documents' storage account: the drop box, the originals, what Hazchem has, and what is known of each. Apart from the
// host's account, so that the host's housekeeping and its secrets are not beside people's documents.

param accountName string
param topicName string
param location string
param tags { *: string }

@description('The container for what Event Grid could not deliver. Nothing is lost with it: the sweep finds the file itself.')
param deadLetterContainer string

@description('How the account is replicated. A file in the drop box may be the only one there is.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param replication string

@description('After how many days an original or a fetched document moves to the cool tier.')
@minValue(1)
param coolAfterDays int

@description('After how many days an original that was sent is deleted.')
@minValue(1)
param deleteSentAfterDays int

@description('After how many days an original that was refused or given up is deleted.')
@minValue(1)
param deleteNotSentAfterDays int

@description('After how many days a document that Hazchem sent is deleted.')
@minValue(1)
param deleteInboundAfterDays int

@description('For how many days what was deleted can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int

// As Hazchem.Functions/Storage/StorageNames.cs has them.
var containers = ['outbound', 'sent', 'not-sent', 'inbound', 'thumbnails']
var tables = ['ConsignmentDocuments', 'OutboundWaiting', 'NeedsAttention', 'Activity', 'DepotState', 'ToPrint']
// The second is the host's, and is here so that reading it never fails for not being there.
var queues = ['document-events', 'webjobs-blobtrigger-poison']

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: replication
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    // It would keep every original that left the drop box, for good.
    isVersioningEnabled: false
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [
  for name in containers: {
    parent: blobs
    name: name
    properties: {
      publicAccess: 'None'
    }
  }
]

resource undelivered 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: deadLetterContainer
  properties: {
    publicAccess: 'None'
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for name in tables: {
    parent: tableService
    name: name
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for name in queues: {
    parent: queueService
    name: name
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      // Never outbound: what lies there is pending, however long. Thumbnails are the app's own to delete.
      rules: [
        {
          name: 'sent'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['sent/']
            }
            actions: {
              baseBlob: {
                tierToCool: {
                  daysAfterModificationGreaterThan: coolAfterDays
                }
                delete: {
                  daysAfterModificationGreaterThan: deleteSentAfterDays
                }
              }
            }
          }
        }
        {
          name: 'not-sent'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['not-sent/']
            }
            actions: {
              baseBlob: {
                tierToCool: {
                  daysAfterModificationGreaterThan: coolAfterDays
                }
                delete: {
                  daysAfterModificationGreaterThan: deleteNotSentAfterDays
                }
              }
            }
          }
        }
        {
          name: 'inbound'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['inbound/']
            }
            actions: {
              baseBlob: {
                tierToCool: {
                  daysAfterModificationGreaterThan: coolAfterDays
                }
                delete: {
                  daysAfterModificationGreaterThan: deleteInboundAfterDays
                }
              }
            }
          }
        }
        {
          name: deadLetterContainer
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${deadLetterContainer}/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: 30
                }
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    blobs
  ]
}

// Event Grid's source. Its subscription comes after the code (events.bicep), since the key in its address is made with the code.
resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

output blobServiceUri string = account.properties.primaryEndpoints.blob
output queueServiceUri string = account.properties.primaryEndpoints.queue
output tableServiceUri string = account.properties.primaryEndpoints.table
output topicId string = topic.id

// Event Grid to the blob trigger. Deployed after the code: the key in the address is made by the host when it first runs the
// trigger, and Event Grid asks the address to answer before it takes it. deploy.sh does both in their order.

metadata description = 'The subscription that tells SendDocument of each file dropped.'

@description('The function app, as main.bicep gives it.')
param siteName string

@description('The documents\' storage account, as main.bicep gives it.')
param documentsAccountName string

@description('Event Grid\'s system topic on that account, as main.bicep gives it.')
param topicName string

@description('The container for what could not be delivered, as main.bicep gives it.')
param deadLetterContainer string

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource documents 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: documentsAccountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// Read here, so that the key is in no command's arguments and no script's log.
var key = listKeys('${site.id}/host/default', '2025-03-01').systemKeys.blobs_extension

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'send-document'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${site.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.SendDocument&code=${key}'
        maxEventsPerBatch: 1
        minimumTlsVersionAllowed: '1.2'
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/outbound/'
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'SystemAssigned'
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: documents.id
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}

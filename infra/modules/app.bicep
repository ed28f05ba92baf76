// The function app on Flex Consumption, its settings and who may come in.

param siteName string
param planName string
param location string
param tags { *: string }

param identityId string
param identityClientId string
param vaultName string
param componentName string
param packageContainerUri string
param hostBlobServiceUri string
param hostQueueServiceUri string
param hostTableServiceUri string
param documentsBlobServiceUri string
param documentsQueueServiceUri string
param documentsTableServiceUri string

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int

@description('The most instances at once.')
@minValue(1)
@maxValue(1000)
param maximumInstances int

@description('Instances of SendDocument that are always ready, so that the first file of a quiet day does not wait for a start.')
@minValue(0)
param alwaysReadyInstances int

@description('Hazchem\'s API, before /v1.')
param hazchemBaseUrl string

@description('The three-digit codes of the depots.')
param depots string[]

@description('The app registration that people sign in with.')
param portalClientId string

@description('Settings of the app that differ from its defaults, by their names in the README.')
param settings { *: string }

// The README's defaults, written out so that they can be seen and changed where the app runs. A test holds them to it.
var defaults = {
  Hazchem__MaxBytes__DeliveryImage: '500000'
  Hazchem__MaxBytes__CustomerPaperwork: '2000000'
  Hazchem__MaxBytes__ProofOfDelivery: '1000000'
  Hazchem__RequestsPerSecond: '10'
  Hazchem__ConcurrentRequests: '8'
  Hazchem__TransferTimeout: '00:01:00'
  Hazchem__ListTimeout: '00:00:30'
  Hazchem__Budget: '00:02:30'
  Hazchem__RetryDelay: '00:00:01'
  Hazchem__Retries: '4'
  Inbound__Overlap: '00:15:00'
  Inbound__InitialLookback: '7.00:00:00'
  Inbound__PageSize: '200'
  Inbound__Concurrency: '4'
  Inbound__MaxContentBytes: '67108864'
  Inbound__RunFor: '00:04:00'
  Outbound__SweepConcurrency: '8'
  Outbound__SweepStartsFor: '00:01:00'
  Outbound__MemoryMegabytes: '768'
  Outbound__MemoryWait: '00:00:20'
  Outbound__Shadow: 'false'
  Imaging__MaxInputBytes: '50000000'
  Imaging__MaxPixels: '100000000'
  Imaging__MaxTotalMegapixels: '2000'
  Imaging__MaxPages: '200'
  Imaging__MaxTime: '00:01:30'
  Imaging__Threads: '1'
  Imaging__Straighten: 'false'
  Portal__Authentication: 'AppService'
  Portal__PrintBy: '06:00'
  Portal__KeepThumbnails: '30.00:00:00'
  Retention__Documents: '365.00:00:00'
  Retention__Activity: '400.00:00:00'
  TimeZone: 'Europe/London'
}

// The name of the secret is the depot's, so that rotating it is one command and no deployment.
var keys = toObject(
  depots,
  depot => 'Hazchem__Depots__${depot}__ApiKey',
  depot => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=hazchem-depot-${depot})'
)

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: siteName
  location: location
  // azd deploys the code of the service of this name to it.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    // Without it references are read as the system-assigned identity, which this app does not have.
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyInstances > 0
          ? [
              {
                // The group of blob triggers that Event Grid calls.
                name: 'blob'
                instanceCount: alwaysReadyInstances
              }
            ]
          : []
      }
    }
  }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noDeploymentPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(defaults, settings, keys, {
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    AzureWebJobsStorage__blobServiceUri: hostBlobServiceUri
    AzureWebJobsStorage__queueServiceUri: hostQueueServiceUri
    AzureWebJobsStorage__tableServiceUri: hostTableServiceUri

    DocumentStorage__credential: 'managedidentity'
    DocumentStorage__clientId: identityClientId
    DocumentStorage__blobServiceUri: documentsBlobServiceUri
    DocumentStorage__queueServiceUri: documentsQueueServiceUri
    DocumentStorage__tableServiceUri: documentsTableServiceUri

    Hazchem__BaseUrl: hazchemBaseUrl
    Portal__BaseUrl: 'https://${site.properties.defaultHostName}'
    APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
    // Named so by App Service authentication, which proves itself with the identity's token instead of a secret.
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  })
}

resource authentication 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // The API has its function key, Event Grid and the host's webhooks their system key, and health names nothing secret.
      excludedPaths: ['/api/v1/*', '/api/health', '/runtime/webhooks/*']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: portalClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [portalClientId, 'api://${portalClientId}']
          defaultAuthorizationPolicy: {
            allowedApplications: [portalClientId]
          }
        }
      }
    }
    login: {
      tokenStore: {
        // The page asks nothing of anybody in the person's name, so no token is kept.
        enabled: false
      }
      cookieExpiration: {
        convention: 'FixedTime'
        timeToExpiration: '08:00:00'
      }
    }
    httpSettings: {
      requireHttps: true
    }
  }
  // Both are changes of one configuration, and each restarts the app.
  dependsOn: [
    appSettings
  ]
}

output hostName string = site.properties.defaultHostName

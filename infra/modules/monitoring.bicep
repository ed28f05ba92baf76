// Where telemetry goes, and who is told.

param workspaceName string
param componentName string
param actionGroupName string
param location string
param tags { *: string }

@description('How long telemetry is kept, in days.')
param retentionDays int

@description('The most that is taken in a day, in GB; -1 for no limit.')
param dailyGigabytes int

@description('Addresses that alerts are sent to.')
param alertEmails string[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyGigabytes
    }
    features: {
      // Reading takes a role on the workspace or on what wrote it, never a workspace key.
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

// What writes to it holds the connection string, which lets write and not read. The app's exporter knows no other way, so
// local authentication stays on.
resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // An address is a person's: it is not kept.
    DisableIpMasking: false
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'hazchem'
    enabled: true
    emailReceivers: [
      for (address, i) in alertEmails: {
        name: 'email-${i}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

output workspaceId string = workspace.id
output actionGroupId string = actionGroup.id

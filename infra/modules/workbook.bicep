// A page to look at when somebody asks how it goes.

param location string
param tags { *: string }
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID; this one is the same at each deployment.
  name: guid(resourceGroup().id, 'hazchem-documents')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Hazchem documents'
    category: 'workbook'
    sourceId: workspaceId
    // Its queries name no workspace: they ask this one, wherever the page is opened from.
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [workspaceId] }))
    version: '1.0'
  }
}

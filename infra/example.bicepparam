using 'main.bicep'

// Copy this file, fill in what is yours, and give it to deploy.sh with --parameters. Nothing secret belongs in it: Hazchem's
// keys go into the vault. What is left out has the default of main.bicep, which says what each parameter means.

param name = 'hazchem'

// Where Hazchem's API is. This one is made up: ask Hazchem for yours.
param hazchemBaseUrl = 'https://api.hazchem.example/'

// Your depots' three-digit codes.
param depots = ['045']

// Who hears of trouble.
param alertEmails = ['operations@haulier.example']

// The object id (not the client id) of what the TMS signs in to Azure as. Empty: it uses the API with a function key.
param tmsPrincipalId = ''

// The object id of the person or group that sets Hazchem's keys.
param keyOperatorPrincipalId = ''
param keyOperatorPrincipalType = 'User'

// How long documents are kept, in days. What Hazchem sent is the only copy once they drop it; ask whoever answers for
// retention in your company.
param coolAfterDays = 30
param deleteSentAfterDays = 180
param deleteNotSentAfterDays = 180
param deleteInboundAfterDays = 365

// Settings of the app, such as shadow mode for the first days beside another system.
param settings = {
  Outbound__Shadow: 'false'
}

// Given by deploy.sh, which registers the app if nobody did.
param portalClientId = readEnvironmentVariable('HAZCHEM_PORTAL_CLIENT_ID', '')

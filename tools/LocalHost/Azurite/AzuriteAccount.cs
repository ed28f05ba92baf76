namespace Hazchem.LocalHost.Azurite;

/// <summary>One of an Azurite's storage accounts, and how to reach it.</summary>
public sealed record AzuriteAccount(string Name, string Key, Uri BlobEndpoint, Uri QueueEndpoint, Uri TableEndpoint)
{
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};" +
        $"BlobEndpoint={BlobEndpoint};QueueEndpoint={QueueEndpoint};TableEndpoint={TableEndpoint};";
}

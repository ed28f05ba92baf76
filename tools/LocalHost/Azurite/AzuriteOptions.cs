namespace Hazchem.LocalHost.Azurite;

/// <summary>How an instance of Azurite is started. A port of 0 is a free one.</summary>
public sealed record AzuriteOptions
{
    public int BlobPort { get; init; }

    public int QueuePort { get; init; }

    public int TablePort { get; init; }

    /// <summary>The folder for its data; null keeps everything in memory, and a restart begins empty.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Names of accounts to have besides the usual one, each empty at first: 3 to 24 lower-case letters and digits.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>How long Azurite may take until it listens.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

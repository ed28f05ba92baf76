using Hazchem.Functions.Inbound;

namespace Hazchem.Functions.Functions.FetchDocuments;

/// <summary>Every ten minutes: what is new at Hazchem comes into Blob Storage, with its link.</summary>
internal sealed class FetchDocuments(InboundSync sync)
{
    public Task RunAsync(CancellationToken cancellationToken) => sync.RunAsync(cancellationToken);
}

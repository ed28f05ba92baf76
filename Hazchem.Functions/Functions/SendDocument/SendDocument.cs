using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Functions.SendDocument;

/// <summary>Sends one file of the drop box, at once when it is dropped.</summary>
internal sealed class SendDocument(DocumentStorage storage, DocumentSender sender, TimeProvider time)
{
    public async Task RunAsync(string blobName, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + OutboundPolicy.FunctionLasts;
        await storage.EnsureCreatedAsync(cancellationToken);
        await sender.SendAsync(blobName, until, cancellationToken);
    }
}

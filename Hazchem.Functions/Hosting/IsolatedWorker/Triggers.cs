using Azure.Storage.Blobs;
using Hazchem.Functions.Functions.CountDay;
using Hazchem.Functions.Functions.FetchDocuments;
using Hazchem.Functions.Functions.PurgeRows;
using Hazchem.Functions.Functions.SendDocument;
using Hazchem.Functions.Functions.SweepOutbound;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Hosting.IsolatedWorker;

/// <summary>
/// What runs each function but those for HTTP. The Functions host of a custom handler reads the same from
/// <c>Functions/*/function.json</c>, and a test fails where the two differ.
/// </summary>
/// <remarks>
/// A document on its way is never cut short by the app itself: Hazchem may have stored it. What runs for minutes ends in
/// good order between two documents when the host says so, which it does before it stops the worker.
/// </remarks>
internal sealed class Triggers(SendDocument sendDocument, FetchDocuments fetchDocuments, SweepOutbound sweepOutbound, CountDay countDay, PurgeRows purgeRows)
{
    /// <summary>How the host hears of a file; -p:BlobTriggerSource=EventGrid for a plan on which it does not poll.</summary>
#if BLOBS_FROM_EVENT_GRID
    private const BlobTriggerSource Source = BlobTriggerSource.EventGrid;
#else
    private const BlobTriggerSource Source = BlobTriggerSource.LogsAndContainerScan;
#endif

    [Function("SendDocument")]
    public Task SendDocumentAsync([BlobTrigger("outbound/{name}", Connection = "DocumentStorage", Source = Source)] BlobClient document) =>
        sendDocument.RunAsync(document.Name, CancellationToken.None);

    [Function("FetchDocuments")]
    public Task FetchDocumentsAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        fetchDocuments.RunAsync(cancellationToken);

    [Function("SweepOutbound")]
    public Task SweepOutboundAsync([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        sweepOutbound.RunAsync(cancellationToken);

    [Function("CountDay")]
    public Task CountDayAsync([TimerTrigger("0 30 0 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        countDay.RunAsync(cancellationToken);

    [Function("PurgeRows")]
    public Task PurgeRowsAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        purgeRows.RunAsync(cancellationToken);
}

using System.Globalization;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Storage;

/// <summary>Tells what became of a document: a message for the TMS, and a row in <c>Activity</c>.</summary>
internal sealed class Outcomes(DocumentStorage storage, LinkSettings links, HazchemSettings hazchem, Instruments instruments)
{
    /// <summary>
    /// The depot in the key of an activity row of a file whose name did not fit, or whose depot is not one of ours: whoever
    /// reads cannot know which others there are.
    /// </summary>
    public const string NoDepot = "none";

    /// <summary>The column of <c>Activity</c> that says who did it; null for what came about by itself.</summary>
    public const string By = nameof(By);

    /// <summary>Characters of <see cref="ActivityHour"/>, with which a row key of <see cref="ActivityRowAt"/> begins too.</summary>
    public const int HourLength = 10;

    private const string HourFormat = "yyyyMMddHH";
    private const string TimeFormat = "yyyyMMddHHmmssfffffff";

    /// <summary>Two storage operations, or one for a kind that only <c>Activity</c> has. At least once: a repeat has the same id.</summary>
    public async Task TellAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        // First, so that nothing is told that is not counted: who comes after a crash between the two may end otherwise.
        await storage.Activity.UpsertEntityAsync(ToEntity(outcome), TableUpdateMode.Replace, cancellationToken);
        if (outcome.Kind is OutcomeKind.Sent or OutcomeKind.NotSent or OutcomeKind.Received or OutcomeKind.Shadowed)
        {
            await storage.DocumentEvents.SendMessageAsync(
                DocumentEvent.Of(outcome, links).ToJson(), timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: cancellationToken);
        }

        instruments.Told(outcome.Direction, outcome.Depot?.Value, outcome.DocumentType, outcome.Kind.ToString(), outcome.State);
    }

    /// <summary>The partition of a depot's outcomes within one hour, UTC.</summary>
    /// <param name="depot">The depot's code, or <see cref="NoDepot"/>.</param>
    /// <param name="at">Within the hour.</param>
    public static string ActivityPartition(string depot, DateTimeOffset at) =>
        $"{depot}_{ActivityHour(at)}";

    /// <summary>The end of the partition keys of a time.</summary>
    public static string ActivityHour(DateTimeOffset at) => at.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    /// <summary>The start of the row keys of a time.</summary>
    public static string ActivityRowAt(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private string DepotOf(DepotCode? depot) => depot is not null && hazchem.Depots.ContainsKey(depot) ? depot.Value : NoDepot;

    private TableEntity ToEntity(Outcome outcome) => new(
        ActivityPartition(DepotOf(outcome.Depot), outcome.At),
        $"{ActivityRowAt(outcome.At)}_{outcome.Id}")
    {
        ["Id"] = outcome.Id,
        ["Outcome"] = outcome.Kind.ToString(),
        ["DocumentPartition"] = outcome.Document.Partition,
        ["DocumentRow"] = outcome.Document.Row,
        ["OccurredAt"] = outcome.At,
        ["Occasion"] = outcome.Occasion,
        [By] = outcome.By,
        [DocumentColumns.Note] = outcome.Note,
        [DocumentColumns.State] = outcome.State,
        [DocumentColumns.Direction] = outcome.Direction.ToString(),
        [DocumentColumns.Depot] = outcome.Depot?.Value,
        [DocumentColumns.Consignment] = outcome.Consignment?.Value,
        [DocumentColumns.DocumentType] = outcome.DocumentType,
        [DocumentColumns.FileName] = outcome.FileName,
        [DocumentColumns.Blob] = outcome.Blob,
        [DocumentColumns.OriginalBytes] = outcome.OriginalBytes,
        [DocumentColumns.SentBytes] = outcome.SentBytes,
        [DocumentColumns.HazchemDocumentId] = outcome.HazchemDocumentId,
        [DocumentColumns.Reference] = outcome.Reference,
        [DocumentColumns.Reason] = outcome.Reason,
        [DocumentColumns.FirstSeenAt] = outcome.FirstSeenAt,
        [DocumentColumns.DroppedAt] = outcome.DroppedAt,
    };
}

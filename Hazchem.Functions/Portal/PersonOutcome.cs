using System.Globalization;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>What somebody did, for <c>Activity</c>.</summary>
internal static class PersonOutcome
{
    /// <param name="kind">What was done.</param>
    /// <param name="depot">Null where it belongs to none.</param>
    /// <param name="key">With what.</param>
    /// <param name="row">Null where it has none.</param>
    /// <param name="caller">Who did it.</param>
    /// <param name="now">When.</param>
    public static Outcome Of(OutcomeKind kind, DepotCode? depot, DocumentKey key, DocumentRow? row, Caller caller, DateTimeOffset now) => new()
    {
        Kind = kind,
        Document = key,
        Occasion = now.UtcTicks.ToString(CultureInfo.InvariantCulture),
        At = now,
        Direction = row is { IsOutbound: false } ? Direction.Inbound : Direction.Outbound,
        Depot = depot,
        Consignment = ConsignmentNumber.TryParse(key.Partition, out var consignment, out _) ? consignment : null,
        DocumentType = row?.DocumentType,
        State = row?.State ?? "",
        FileName = row?.FileName,
        Blob = row?.Blob ?? "",
        Reason = row?.Reason,
        FirstSeenAt = row?.FirstSeenAt,
        By = caller.Name,
    };
}

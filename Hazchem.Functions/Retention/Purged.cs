namespace Hazchem.Functions.Retention;

/// <summary>What a run removed.</summary>
/// <param name="Documents">Rows of <c>ConsignmentDocuments</c>.</param>
/// <param name="Activity">Rows of <c>Activity</c>.</param>
/// <param name="Entries">Entries of <c>NeedsAttention</c> and <c>ToPrint</c>, and daily counts.</param>
internal sealed record Purged(int Documents, int Activity, int Entries);

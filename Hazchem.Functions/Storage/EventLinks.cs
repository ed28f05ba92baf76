namespace Hazchem.Functions.Storage;

/// <summary>Where a message's document is: addresses where the app's own is in the settings, paths otherwise.</summary>
/// <param name="Self">The document in the API for the TMS, which wants a key.</param>
/// <param name="Content">Its original there; null where none is kept.</param>
/// <param name="Portal">The consignment's page for people; null where a name did not fit.</param>
internal sealed record EventLinks(string Self, string? Content, string? Portal)
{
    public static EventLinks Of(Outcome outcome, LinkSettings settings)
    {
        var self = $"{settings.BaseUrl}/api/v1/consignments/{Uri.EscapeDataString(outcome.Document.Partition)}/documents/{Uri.EscapeDataString(outcome.Document.Row)}";
        return new EventLinks(
            self,
            outcome.Blob.Length > 0 ? $"{self}/content" : null,
            outcome.Consignment is { } consignment ? $"{settings.BaseUrl}/api/portal/#/consignments/{Uri.EscapeDataString(consignment.Value)}" : null);
    }
}

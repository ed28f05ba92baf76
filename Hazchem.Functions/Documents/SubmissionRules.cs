namespace Hazchem.Functions.Documents;

/// <summary>The network's rules for what may be sent, as far as they can be told before asking Hazchem.</summary>
internal static class SubmissionRules
{
    /// <returns>Why it may not be sent, in a sentence for a clerk; null where nothing speaks against it.</returns>
    public static string? Refuse(DropName name, DropMetadata metadata, IReadOnlyCollection<DepotCode> ownDepots)
    {
        if (!ownDepots.Contains(name.Depot))
        {
            return $"Depot {name.Depot} is not one of ours ({string.Join(", ", ownDepots.Order())}). Drop the file under the depot that sends it.";
        }

        if (name.Type != DocumentType.CustomerPaperwork)
        {
            return null;
        }

        if (metadata.Signed)
        {
            return "This customer paperwork is marked as signed, and only unsigned paperwork travels. Send a signed paper as a POD.";
        }

        return string.Equals(metadata.DepotRole, "delivery", StringComparison.OrdinalIgnoreCase)
            ? "Depot " + name.Depot + " is the delivery depot of this consignment; only the requesting or the collection depot may send its customer paperwork."
            : null;
    }
}

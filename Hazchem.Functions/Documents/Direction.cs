namespace Hazchem.Functions.Documents;

internal enum Direction
{
    /// <summary>From the TMS to Hazchem.</summary>
    Outbound,

    /// <summary>From Hazchem to the TMS.</summary>
    Inbound,
}

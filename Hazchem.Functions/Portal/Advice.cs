using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>What a person does about something that needs one.</summary>
internal static class Advice
{
    public const string ForADepot = "Tell whoever runs the app. The entry comes back as long as the trouble lasts, and goes by itself where the trouble ends.";

    public const string ForAnUnreadableEntry = "Ask Hazchem which document it is and to make it available again, and tell whoever runs the app.";

    public static string ForAFile(DocumentKey file) => file.IsUndeletable
        ? "Its document needs nothing more. Ask whoever runs the storage account to remove what keeps the file, and to delete it."
        : "Drop the file again under another name, take this one out of the drop box, and tell whoever runs the app.";

    /// <param name="state">Of the document.</param>
    /// <param name="hasAddress">Whether the file's name said where it belongs.</param>
    /// <param name="mayHaveArrived">Whether Hazchem may have it although nobody knows.</param>
    /// <param name="isKept">Whether there is an original that could be sent again.</param>
    public static string For(string state, bool hasAddress, bool mayHaveArrived, bool isKept) => state switch
    {
        nameof(OutboundState.Rejected) when !hasAddress => "Drop it again under a name that says where it belongs: depot, consignment, type, file name.",
        nameof(OutboundState.Rejected) => "Put right what the reason says and drop the file anew. Send it again as it is only if the reason no longer holds.",
        nameof(OutboundState.Failed) when mayHaveArrived && !isKept => "Ask Hazchem whether it arrived, and drop the file anew only if it did not: it could arrive twice.",
        nameof(OutboundState.Failed) when mayHaveArrived => "Ask Hazchem whether it arrived, and send it again only if it did not: it could arrive twice.",
        nameof(InboundState.Flagged) => "Open it and see whether it can be used. If not, ask the depot that sent it for another.",
        nameof(InboundState.Skipped) => "Ask Hazchem whether it is meant for this depot, and tell whoever runs the app if more of its kind are to come.",
        nameof(OutboundState.Waiting) => "It goes on being tried by itself. See whether the reason is something that you can put right.",
        _ => "Find out with Hazchem what the reason says. What was to be sent can be sent again; what was to come, they can make available anew.",
    };
}

namespace Hazchem.Functions.Storage;

/// <summary>What somebody did with a document, by hand or by the API.</summary>
/// <param name="By">Who: the sign-in name, or what stands for the TMS.</param>
internal sealed record PersonAction(OutcomeKind Action, string By, DateTimeOffset At, string? Note = null);

namespace Hazchem.Functions.Imaging;

/// <summary>A decoder cannot read a file or a page of it.</summary>
/// <param name="reason">One sentence that a clerk understands: what is wrong and what to do; null for "it is damaged".</param>
internal sealed class UnreadableFileException(string? reason = null) : Exception(reason ?? "The file is damaged.")
{
    public string? Reason => reason;
}

namespace Hazchem.Functions.HazchemApi;

/// <summary>A depot's key. It shows itself only where it is asked to by name, so that it gets into no log.</summary>
internal sealed class ApiKey(string value)
{
    public string Reveal() => value;

    /// <summary>Takes the key out of what others wrote, such as an answer that echoes the request.</summary>
    public string RemoveFrom(string text) => text.Replace(value, "***", StringComparison.Ordinal);

    public override string ToString() => "***";
}

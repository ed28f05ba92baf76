using System.Text.RegularExpressions;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A new or changed blob in a container, by polling.</summary>
/// <param name="Connection">The setting with the account's connection string.</param>
/// <param name="Deferred">The worker is told where the blob is and reads it itself.</param>
public sealed record BlobTrigger(string BindingName, string Container, Regex NamePattern, string Connection, bool Deferred)
    : Trigger(BindingName)
{
    /// <summary>Tokens match greedily from the left, as the host's do.</summary>
    internal static BlobTrigger Parse(string bindingName, string path, string connection, bool deferred)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var container = slash < 0 ? path : path[..slash];
        var pattern = slash < 0 ? "{name}" : path[(slash + 1)..];
        var regex = Regex.Replace(
            Regex.Escape(pattern),
            @"\\\{(?<token>[A-Za-z_][A-Za-z0-9_]*)}",
            match => $"(?<{match.Groups["token"].Value}>.+)",
            RegexOptions.ExplicitCapture);
        return new BlobTrigger(
            bindingName,
            container,
            new Regex($"^{regex}$", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant),
            connection,
            deferred);
    }

    /// <summary>The values of the path's tokens; null when the name does not fit the path.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>>? Match(string blobName) =>
        NamePattern.Match(blobName) is { Success: true } match
            ? [.. match.Groups.Values.Skip(1).Select(group => KeyValuePair.Create(group.Name, group.Value))]
            : null;
}

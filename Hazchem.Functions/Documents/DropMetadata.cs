using System.Globalization;

namespace Hazchem.Functions.Documents;

/// <summary>What the TMS said of a file in the drop box by its blob's metadata. All of it is optional.</summary>
internal sealed record DropMetadata
{
    public const string SignedName = "signed";
    public const string DepotRoleName = "depotrole";
    public const string CapturedAtName = "capturedat";
    public const string ReferenceName = "reference";

    public const int MaxReferenceLength = 256;

    /// <summary>Whether somebody signed it: anything but absent, empty or <c>false</c>.</summary>
    public bool Signed { get; private init; }

    /// <summary>The depot's role in the consignment where it is told; the delivery depot may not send COP.</summary>
    public string? DepotRole { get; private init; }

    public DateTimeOffset? CapturedAt { get; private init; }

    /// <summary>The TMS's own reference, carried through to the row and the events.</summary>
    public string? Reference { get; private init; }

    /// <summary>What could not be read, in one sentence; the document goes without it.</summary>
    public string? Note { get; private init; }

    public static DropMetadata Of(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var values = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase);
        var signed = values.GetValueOrDefault(SignedName, "").Trim();
        var capturedAt = values.GetValueOrDefault(CapturedAtName, "").Trim();
        var time = ParseTime(capturedAt);
        var reference = values.GetValueOrDefault(ReferenceName, "").Trim();
        return new DropMetadata
        {
            Signed = signed.Length > 0 && !signed.Equals("false", StringComparison.OrdinalIgnoreCase),
            DepotRole = values.GetValueOrDefault(DepotRoleName, "").Trim() is { Length: > 0 } role ? role : null,
            CapturedAt = time,
            Reference = reference.Length > 0 ? reference[..Math.Min(reference.Length, MaxReferenceLength)] : null,
            Note = capturedAt.Length > 0 && time is null
                ? "The metadata capturedat is no time with an offset such as 2026-11-22T14:03:07Z, so the capture time is taken from the picture or left out."
                : null,
        };
    }

    /// <summary>As it would be written to a drop that says the same, but for what could not be read.</summary>
    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>();
        if (Signed)
        {
            metadata[SignedName] = "true";
        }

        if (DepotRole is not null)
        {
            metadata[DepotRoleName] = DepotRole;
        }

        if (CapturedAt is { } capturedAt)
        {
            metadata[CapturedAtName] = capturedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
        }

        if (Reference is not null)
        {
            metadata[ReferenceName] = Reference;
        }

        return metadata;
    }

    /// <summary>From 1601: no table takes an earlier time, and .NET's default is of the year 1.</summary>
    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time)
        && time.UtcDateTime.Year >= 1601
        && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
            ? time
            : null;
}

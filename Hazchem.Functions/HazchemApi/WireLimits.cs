namespace Hazchem.Functions.HazchemApi;

/// <summary>The longest that Hazchem's texts may be, in characters unless said otherwise, so that no row and no address grows with them.</summary>
internal static class WireLimits
{
    public const int DocumentId = 128;

    /// <summary>Longer than a valid number, so that a person can see one that is slightly too long.</summary>
    public const int ConsignmentNumber = 100;

    public const int DocumentType = 60;
    public const int DepotRole = 40;

    /// <summary>Roles of one document.</summary>
    public const int DepotRoles = 10;

    public const int ContentType = 100;
    public const int Sha256 = 64;
    public const int Cursor = 4_096;

    /// <summary>What a person is shown of an unreadable entry.</summary>
    public const int RawEntry = 1_000;

    /// <summary>Entries on one page. The contract allows 500, and more valid ones than this do not fit into <see cref="Json"/>.</summary>
    public const int PageEntries = 2_000;

    /// <summary>In bytes. A full page of 500 documents is about a quarter of it.</summary>
    public const int Json = 1024 * 1024;

    /// <summary>The earliest time that Table Storage takes.</summary>
    public static readonly DateTimeOffset Earliest = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
}

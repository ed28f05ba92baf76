using Azure;

namespace Hazchem.Functions.Outbound;

/// <summary>One version of a blob in the drop box.</summary>
internal sealed record Drop
{
    private Drop(string name, string etag)
    {
        Name = name;
        ETag = etag;
    }

    public string Name { get; }

    /// <summary>Without its quotes: headers carry them and listings do not.</summary>
    public string ETag { get; }

    public ETag Condition => new($"\"{ETag}\"");

    public static Drop Of(string name, ETag etag) => Of(name, etag.ToString());

    public static Drop Of(string name, string etag) => new(name, etag.Trim('"'));

    public override string ToString() => $"{Name} ({ETag})";
}

using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Storage;

/// <summary>The names of originals in <c>sent</c> and <c>not-sent</c>.</summary>
internal static class ArchiveNames
{
    /// <summary>The longest name that Blob Storage takes, in characters.</summary>
    private const int MaxLength = 1024;

    private const string Unaddressed = "unaddressed";

    /// <summary><c>{depot}/{consignment}/{documentType}/{first 16 hex of SHA-256}-{fileName}</c>.</summary>
    public static string Of(DropName name, Sha256Hash original) =>
        Join($"{name.Depot}/{name.Consignment}/{name.Type.ToSegment()}/{original.Short}-", name.FileName);

    /// <summary>
    /// <c>unaddressed/{first 16 hex of SHA-256}-{name}</c>, the name's slashes and other characters that a path treats
    /// specially made harmless.
    /// </summary>
    public static string OfUnaddressed(string blobName, Sha256Hash original) =>
        Join($"{Unaddressed}/{original.Short}-", new string([.. blobName.Select(c => c is '/' or '\\' || char.IsControl(c) ? '_' : c)]));

    private static string Join(string prefix, string fileName)
    {
        var room = MaxLength - prefix.Length;
        if (fileName.Length <= room)
        {
            return prefix + fileName;
        }

        // The end has the extension and what tells "page 1" from "page 2", so the middle goes.
        const string Gap = "~";
        var head = (room - Gap.Length) / 2;
        var tail = room - Gap.Length - head;
        if (char.IsHighSurrogate(fileName[head - 1]))
        {
            head--;
        }

        if (char.IsLowSurrogate(fileName[^tail]))
        {
            tail--;
        }

        return prefix + fileName[..head] + Gap + fileName[^tail..];
    }
}

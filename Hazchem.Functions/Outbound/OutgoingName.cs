namespace Hazchem.Functions.Outbound;

/// <summary>The file's name as Hazchem gets it: 1 to 255 characters, with the extension of what is sent.</summary>
internal static class OutgoingName
{
    private const int MaxLength = 255;

    public static string Of(string fileName, string extension)
    {
        var stem = Path.GetFileNameWithoutExtension(fileName);
        if (stem.Length == 0)
        {
            stem = "document";
        }

        var room = MaxLength - extension.Length;
        if (stem.Length > room)
        {
            stem = stem[..(char.IsHighSurrogate(stem[room - 1]) ? room - 1 : room)];
        }

        return stem + extension;
    }
}

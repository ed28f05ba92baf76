namespace Hazchem.Functions.Imaging;

/// <summary>What became of a picture: <see cref="Converted"/>, <see cref="Refused"/>, <see cref="OutOfTime"/> or
/// <see cref="OutOfMemory"/>.</summary>
internal abstract record ConversionResult
{
    private ConversionResult()
    {
    }

    /// <param name="Content">The bytes to send, within the limit.</param>
    /// <param name="Format"><see cref="PictureFormat.Jpeg"/> or <see cref="PictureFormat.Tiff"/>.</param>
    /// <param name="Pages">How many pages it has.</param>
    /// <param name="CapturedAt">When the picture was taken, from its EXIF, where that is known without guessing.</param>
    public sealed record Converted(
        ReadOnlyMemory<byte> Content,
        PictureFormat Format,
        int Pages,
        DateTimeOffset? CapturedAt) : ConversionResult;

    /// <param name="Reason">One sentence that a clerk understands: what is wrong and what to do.</param>
    public sealed record Refused(string Reason) : ConversionResult;

    /// <summary>It took longer than is allowed. That may be for the file, or for a machine that was busy with others.</summary>
    /// <param name="Reason">One sentence that a clerk understands, for when it is not tried again.</param>
    public sealed record OutOfTime(string Reason) : ConversionResult;

    /// <summary>There was less memory than it takes. That may be for the file, or for the others that were in hand.</summary>
    /// <param name="Reason">One sentence that a clerk understands, for when it is not tried again.</param>
    public sealed record OutOfMemory(string Reason) : ConversionResult;
}

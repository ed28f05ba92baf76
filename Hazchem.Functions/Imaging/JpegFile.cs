using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A JPEG. Where its decoder finds something odd, it is looked how much of the picture there is.</summary>
internal sealed class JpegFile(byte[] content) : IPageFile
{
    private readonly VipsFile _strict = new(content, PictureFormat.Jpeg, Enums.FailOn.Warning);
    private readonly VipsFile _lenient = new(content, PictureFormat.Jpeg);
    private VipsFile? _ended;

    public PictureFormat Format => PictureFormat.Jpeg;

    public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken) => _lenient.ReadHeader(maxPages, cancellationToken);

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential) =>
        _lenient.Open(page, cancellationToken, access);

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        try
        {
            return _strict.OpenShrunk(longSide, cancellationToken);
        }
        catch (VipsException) when (!cancellationToken.IsCancellationRequested)
        {
            if (JpegCode.Read(content, cancellationToken).Lost > JpegCode.MostLost)
            {
                throw new UnreadableFileException();
            }

            // With an end, which a file that was cut lacks; behind another it does no harm.
            _ended ??= new VipsFile([.. content, 0xFF, 0xD9], PictureFormat.Jpeg);
            return _ended.OpenShrunk(longSide, cancellationToken);
        }
    }

    public void Dispose()
    {
        _strict.Dispose();
        _lenient.Dispose();
        _ended?.Dispose();
    }
}

using ImageMagick;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Reads with ImageMagick what libvips cannot. It is loaded when the first such file comes; its policy lets it read three
/// formats and nothing else.
/// </summary>
internal static class MagickLibrary
{
    /// <summary>Pixels. What is longer is not decoded.</summary>
    public const int LongestSide = 65_535;

    private const ulong MaxProfileBytes = 4 << 20;
    private const string PolicyFolder = "magick";

    private static readonly Lock Gate = new();
    private static bool _ready;

    /// <exception cref="UnreadableFileException">It is damaged, or coded in a way that is not known.</exception>
    /// <exception cref="InsufficientMemoryException">There is not the memory for it now.</exception>
    public static MagickImage Read(
        byte[] content,
        PictureFormat format,
        int page,
        ImagingOptions options,
        CancellationToken cancellationToken) => Read(content, format, page, options, headerOnly: false, cancellationToken);

    /// <summary>Reads size and kind, and nothing of the points.</summary>
    /// <inheritdoc cref="Read(byte[], PictureFormat, int, ImagingOptions, CancellationToken)"/>
    public static MagickImage ReadHeader(byte[] content, PictureFormat format, ImagingOptions options, CancellationToken cancellationToken) =>
        Read(content, format, page: 0, options, headerOnly: true, cancellationToken);

    private static MagickImage Read(
        byte[] content,
        PictureFormat format,
        int page,
        ImagingOptions options,
        bool headerOnly,
        CancellationToken cancellationToken)
    {
        Prepare(options);
        cancellationToken.ThrowIfCancellationRequested();
        var settings = new MagickReadSettings { Format = MagickFormatOf(format), FrameIndex = (uint)page, FrameCount = 1 };
        var image = new MagickImage();
        try
        {
            // BMP and TIFF stop at this in the midst of decoding; HEIC cannot, and takes seconds at most.
            image.Progress += (_, progress) => progress.Cancel |= cancellationToken.IsCancellationRequested;

            image.Warning += (_, warning) =>
            {
                if (IsDamage(warning.Exception, format))
                {
                    throw new UnreadableFileException();
                }
            };
            if (format == PictureFormat.Heic)
            {
                using var file = NamelessFile.Of(content);
                Read(image, settings, headerOnly, file.Path);
            }
            else if (headerOnly)
            {
                image.Ping(content, settings);
            }
            else
            {
                image.Read(content, settings);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return image;
        }
        catch (Exception e) when (e is MagickCacheErrorException or MagickResourceLimitErrorException)
        {
            // Pictures over the limits were refused by their headers, so this says nothing of the file.
            image.Dispose();
            throw new InsufficientMemoryException(e.Message, e);
        }
        catch (MagickException)
        {
            image.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new UnreadableFileException();
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A cut or faulty file may be no more than a warning, and what Magick makes of it is half grey. With TIFF it warns of
    /// this and that, such as tags that it does not know; what its JPEG decoder says counts.
    /// </summary>
    private static bool IsDamage(MagickException warning, PictureFormat format) =>
        format != PictureFormat.Tiff
        || warning.RelatedExceptions.Prepend(warning).Any(said => said.Message.Contains("`LibJpeg'", StringComparison.Ordinal));

    private static void Read(MagickImage image, MagickReadSettings settings, bool headerOnly, string path)
    {
        if (headerOnly)
        {
            image.Ping(path, settings);
        }
        else
        {
            image.Read(path, settings);
        }
    }

    private static MagickFormat MagickFormatOf(PictureFormat format) => format switch
    {
        PictureFormat.Heic => MagickFormat.Heic,
        PictureFormat.Bmp => MagickFormat.Bmp,
        PictureFormat.Tiff => MagickFormat.Tiff,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    private static void Prepare(ImagingOptions options)
    {
        lock (Gate)
        {
            if (_ready)
            {
                return;
            }

            MagickNET.SetEnvironmentVariable("MAGICK_CONFIGURE_PATH", Path.Combine(AppContext.BaseDirectory, PolicyFolder));

            // Four bytes a point, and as much again for a decoder's own: what is beyond it is refused and never paged
            // to a disk. There is no limit of time here, since Magick counts it from the start of the process.
            var decoded = (ulong)options.MaxPixels * 4;
            ResourceLimits.Disk = 0;
            ResourceLimits.Area = (ulong)options.MaxPixels;
            ResourceLimits.MaxMemoryRequest = decoded;
            ResourceLimits.MaxProfileSize = MaxProfileBytes;
            ResourceLimits.Width = LongestSide;
            ResourceLimits.Height = LongestSide;
            ResourceLimits.Thread = (ulong)options.Threads;
            _ready = true;
        }
    }
}

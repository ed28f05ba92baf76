using System.Buffers;

namespace Hazchem.Functions.Imaging;

/// <summary>A page in memory, to be made bilevel at one of several levels of detail.</summary>
internal sealed class PaperPage
{
    /// <summary>A level that gives up less than a tenth of the points is not worth its time.</summary>
    private const double LeastStep = 0.9;

    /// <summary>Shrinking thins strokes; ink is what at least a third of a point's area was.</summary>
    private const byte ShrunkInkLimit = 170;

    private const byte InkLimit = 128;

    /// <summary>In points an inch, down to the floor of legibility: at 120 a text of 8 points still reads.</summary>
    private static readonly Level[] Lower = [new(240, true), new(200, true), new(170, true), new(150, true), new(135, true), new(120, true)];

    /// <summary>Where text stands beside photographs, they give way first.</summary>
    private static readonly Level[] LowerOfMixed = [new(240, true), new(200, true), new(200, false), new(170, false), new(150, false), new(135, false), new(120, false)];

    private static readonly Level[] LowerOfBilevel = [new(400, true), new(300, true), .. Lower];

    private readonly GreyPage _best;
    private readonly bool _bilevel;
    private readonly PhotoRegions? _photos;
    private readonly Level[] _levels;
    private readonly CancellationToken _cancellationToken;

    /// <param name="best">The page at its best level.</param>
    /// <param name="bilevel">Whether it came in ink and paper and has no shades.</param>
    /// <param name="wasTurned">Whether it lay askew and was turned straight.</param>
    /// <param name="cancellationToken">Ends it before its next level.</param>
    public PaperPage(GreyPage best, bool bilevel, bool wasTurned, CancellationToken cancellationToken)
    {
        (_best, _bilevel, WasTurned, _cancellationToken) = (best, bilevel, wasTurned, cancellationToken);
        _photos = bilevel ? null : PhotoRegions.Find(best);
        var lower = bilevel ? LowerOfBilevel : _photos is null || _photos.IsWholePage ? Lower : LowerOfMixed;
        _levels = [new Level(double.PositiveInfinity, true), .. lower.Where(level => level.Dpi < best.FinerDpi * LeastStep || !level.Screened)];
    }

    public bool WasTurned { get; }

    /// <summary>How many there are; 0 is the best.</summary>
    public int Levels => _levels.Length;

    public Group4Page Code(int level)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var (dpi, screened) = _levels[level];
        var across = Math.Min(dpi, _best.HorizontalDpi);
        var down = Math.Min(dpi, _best.VerticalDpi);
        if (across == _best.HorizontalDpi && down == _best.VerticalDpi)
        {
            return Code(_best, screened ? _photos : null, InkLimit);
        }

        // From a pool, since megabytes a level would wait long for being collected.
        var width = Math.Max(1, (int)Math.Round(_best.Width * across / _best.HorizontalDpi));
        var height = Math.Max(1, (int)Math.Round(_best.Height * down / _best.VerticalDpi));
        var points = ArrayPool<byte>.Shared.Rent(width * height);
        try
        {
            Resampling.Apply(_best.Points, _best.Width, _best.Height, points, width, height);
            var page = new GreyPage(width, height, across, down, points);
            return Code(page, !screened || _photos is null ? null : PhotoRegions.Find(page), ShrunkInkLimit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(points);
        }
    }

    private Group4Page Code(GreyPage page, PhotoRegions? photos, byte inkLimit)
    {
        var bits = _bilevel ? Threshold.At(page, inkLimit) : Threshold.Adaptive(page, photos);
        return Group4Tiff.Code(new BilevelPage(page.Width, page.Height, page.HorizontalDpi, page.VerticalDpi, bits));
    }

    /// <param name="Dpi">The most that is left.</param>
    /// <param name="Screened">Whether photographs are shown by dots, and not as if they were text.</param>
    private readonly record struct Level(double Dpi, bool Screened);
}

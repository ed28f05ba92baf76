using System.Buffers.Binary;
using System.Numerics;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Turns a page of text straight that was scanned or photographed askew. The lines of a text are densest when looked along;
/// the angle at which they are tells how the page lies. Where nothing tells it for sure, the page stays as it is.
/// </summary>
internal static class Straightening
{
    /// <summary>In degrees. Less tilt than this nobody sees; more is a page that was meant to lie so, or a drawing.</summary>
    private const double LeastAngle = 0.3;
    private const double MostAngle = 7;

    /// <summary>Looked at beyond <see cref="MostAngle"/>, so that a peak at the end is known from a slope.</summary>
    private const double SearchedAngle = 8;

    private const double CoarseStep = 0.2;
    private const double FineStep = 0.02;

    /// <summary>The page is looked at in bands of so many points across and cells of a hundredth of an inch down.</summary>
    private const int BandPoints = 32;
    private const int CellsPerInch = 100;

    /// <summary>How much denser than at the middle one of all angles; pages of text were measured with 7 and more.</summary>
    private const double LeastContrast = 5;

    /// <summary>In degrees: the upper and the lower half of the page must say the same.</summary>
    private const double MostDisagreement = 0.3;

    /// <returns>The page itself where it lies straight, or it is not sure how it lies.</returns>
    public static GreyPage Apply(GreyPage page)
    {
        if (Angle(page) is not { } angle)
        {
            return page;
        }

        // The page grows by what turning needs: nothing that was on it is cut off.
        using var image = Image.NewFromMemory(page.Points, page.Width, page.Height, 1, Enums.BandFormat.Uchar);
        using var turned = image.Rotate(-angle, background: [255]);
        return page with { Width = turned.Width, Height = turned.Height, Points = turned.WriteToMemory<byte>() };
    }

    /// <summary>By how many degrees the page must be turned back, clockwise being more than 0; null for not at all.</summary>
    public static double? Angle(GreyPage page)
    {
        // With points of other height than width an angle is another on the paper; faxes that have them come straight.
        if (Math.Abs(page.HorizontalDpi - page.VerticalDpi) > 1 || PhotoRegions.Find(page) is { IsWholePage: true })
        {
            return null;
        }

        var ink = Ink.Of(page);
        var (angle, contrast) = ink.Densest(0, ink.Rows);
        if (Math.Abs(angle) is < LeastAngle or > MostAngle || contrast < LeastContrast)
        {
            return null;
        }

        var (upper, _) = ink.Densest(0, ink.Rows / 2);
        var (lower, _) = ink.Densest(ink.Rows / 2, ink.Rows);
        return Math.Abs(upper - angle) <= MostDisagreement && Math.Abs(lower - angle) <= MostDisagreement ? angle : null;
    }

    /// <summary>How much ink there is in each cell of each band.</summary>
    private sealed record Ink(int Bands, int Rows, double CellPoints, int[][] Counts)
    {
        public static Ink Of(GreyPage page)
        {
            var bits = Threshold.Adaptive(page, null);
            var stride = (page.Width + 7) / 8;
            var cell = Math.Max(1, (int)(page.CoarserDpi / CellsPerInch));
            var counts = new int[page.Width / BandPoints][];
            for (var band = 0; band < counts.Length; band++)
            {
                counts[band] = new int[page.Height / cell];
                for (var y = 0; y < counts[band].Length * cell; y++)
                {
                    var at = (y * stride) + (band * BandPoints / 8);
                    counts[band][y / cell] += BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(bits.AsSpan(at)));
                }
            }

            return new Ink(counts.Length, page.Height / cell, cell, counts);
        }

        /// <summary>The angle at which the lines stand out most, and by how much over the middle one of all angles.</summary>
        public (double Angle, double Contrast) Densest(int from, int to)
        {
            var line = new int[to - from];
            var all = new List<(double Angle, double Density)>();
            for (var i = -(int)Math.Round(SearchedAngle / CoarseStep); i * CoarseStep <= SearchedAngle; i++)
            {
                all.Add((i * CoarseStep, Density(i * CoarseStep, from, line)));
            }

            var coarse = all.MaxBy(static of => of.Density);
            var best = coarse;
            for (var i = -(int)(CoarseStep / FineStep); i * FineStep <= CoarseStep; i++)
            {
                var angle = coarse.Angle + (i * FineStep);
                var density = Density(angle, from, line);
                best = density > best.Density ? (angle, density) : best;
            }

            var middle = all.Select(static of => of.Density).Order().ElementAt(all.Count / 2);
            return (best.Angle, middle == 0 ? 0 : best.Density / middle);
        }

        /// <summary>How sharply rows of ink and of paper follow each other along such an angle.</summary>
        private double Density(double angle, int from, int[] line)
        {
            Array.Clear(line);
            var slope = Math.Tan(angle * Math.PI / 180) * BandPoints / CellPoints;
            for (var band = 0; band < Bands; band++)
            {
                var shift = from + (int)Math.Round((band - (Bands / 2)) * slope);
                var first = Math.Max(0, -shift);
                var last = Math.Min(line.Length, Rows - shift);
                var counts = Counts[band];
                for (var row = first; row < last; row++)
                {
                    line[row] += counts[row + shift];
                }
            }

            double density = 0;
            for (var row = 1; row < line.Length; row++)
            {
                double step = line[row] - line[row - 1];
                density += step * step;
            }

            return density;
        }
    }
}

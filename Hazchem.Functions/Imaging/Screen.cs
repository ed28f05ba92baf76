namespace Hazchem.Functions.Imaging;

/// <summary>
/// A printer's screen for photographs: dots on a square grid that grow with darkness. Group 4 codes it in a quarter of the
/// bytes of error diffusion, and copiers and faxes do not break it up.
/// </summary>
internal sealed class Screen
{
    /// <summary>Points of a dot's cell at 300 dpi, 50 dots an inch with 37 shades; coarser pages have smaller cells.</summary>
    private const int LargeCell = 6;
    private const int SmallCell = 4;
    private const double LargeCellDpi = 250;

    private readonly PhotoRegions _photos;
    private readonly byte[][] _rows;

    public Screen(GreyPage page, PhotoRegions photos)
    {
        _photos = photos;
        var cell = page.CoarserDpi >= LargeCellDpi ? LargeCell : SmallCell;
        var limits = Cell(cell, photos.Darkest, photos.Brightest);
        _rows = new byte[cell][];
        for (var y = 0; y < cell; y++)
        {
            _rows[y] = new byte[page.Width];
            for (var x = 0; x < page.Width; x++)
            {
                _rows[y][x] = limits[(y * cell) + (x % cell)];
            }
        }
    }

    /// <summary>Puts the screen's limits into a row's limits wherever the row goes through a photograph.</summary>
    public void Overwrite(Span<byte> line, int y)
    {
        var row = _rows[y % _rows.Length];
        foreach (var (start, end) in _photos.Spans(y))
        {
            row.AsSpan(start..end).CopyTo(line[start..]);
        }
    }

    /// <summary>Limits spread evenly over the greys that occur; a dot's middle turns black first.</summary>
    private static byte[] Cell(int size, byte darkest, byte brightest)
    {
        var order = Enumerable.Range(0, size * size)
            .OrderBy(at => Math.Cos((at % size + 0.5) / size * Math.Tau) + Math.Cos((at / size + 0.5) / size * Math.Tau))
            .ToArray();
        var limits = new byte[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            limits[order[i]] = (byte)(darkest + ((brightest - darkest) * (i + 0.5) / order.Length));
        }

        return limits;
    }
}

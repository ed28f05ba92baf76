namespace Hazchem.Functions.Imaging;

/// <summary>
/// Where a grey page is a photograph and not a text. Text has two greys, its paper and its ink; a photograph has all of
/// those between, and they are not two heaps.
/// </summary>
internal sealed class PhotoRegions
{
    private const int TilesPerInch = 5;

    /// <summary>Less contrast than this share of the tile's paper is nothing to decide by.</summary>
    private const double FlatDeviation = 0.05;

    /// <summary>Between ink and paper, as shares of the tile's paper, and how much of a tile must be in between.</summary>
    private const double MidFrom = 0.40;
    private const double MidTo = 0.82;
    private const double LeastMid = 0.40;

    /// <summary>
    /// What two heaps explain of a tile's contrast. It is 0.75 for greys spread evenly and 0.64 for one heap; letters have
    /// more.
    /// </summary>
    private const double TwoHeaps = 0.80;

    /// <summary>Points; the mean of so many across and down has little noise left.</summary>
    private const int Cell = 4;

    /// <summary>Parts of a tile across and down, each of which has paper between its letters.</summary>
    private const int Parts = 4;

    /// <summary>What a tile's paper is made, wherever it lies in the slope.</summary>
    private const int Even = 200;

    /// <summary>
    /// The edge of a letter falls by this share of its paper, over 1/75 inch; in a soft photograph nothing does. Tiles are 15
    /// times as long.
    /// </summary>
    private const double LeastFall = 0.3;
    private const int FallsATile = 15;

    /// <summary>Tiles to each side, and how many of those 49 must be photograph for their middle to be.</summary>
    private const int Reach = 3;
    private const int LeastAround = 10;
    private const int LeastAroundLetters = 5;

    /// <summary>Paper with letters, and blank paper, as shares of what is white on the page.</summary>
    private const double DarkestWritten = 0.75;
    private const double DarkestBlank = 0.90;

    /// <summary>
    /// With less paper than this, and no fewer photographic tiles, the whole page is a photograph. Texts have 85 in a hundred
    /// tiles of paper, photographs 10 to 40.
    /// </summary>
    private const double LeastPaper = 0.35;
    private const double LeastSeeds = 0.10;

    /// <summary>Where photographs have more of the page than this, the rest of it belongs to them.</summary>
    private const double MostPhoto = 0.5;

    /// <summary>With more of the page's edge than this, a photograph is what the page lies on.</summary>
    private const double LeastEdge = 0.6;

    /// <summary>Of four; a tile with so many in a photograph lies in it.</summary>
    private const int LeastNeighbours = 3;

    private readonly int _tile;
    private readonly int _columns;
    private readonly int _width;
    private readonly bool[] _photo;

    private PhotoRegions(int tile, int columns, int width, bool[] photo, byte darkest, byte brightest)
    {
        (_tile, _columns, _width, _photo, Darkest, Brightest) = (tile, columns, width, photo, darkest, brightest);
        IsWholePage = !photo.Contains(false);
    }

    /// <summary>All but one in a hundred of the photographs' points are brighter than this.</summary>
    public byte Darkest { get; }

    /// <summary>All but one in a hundred are darker than this.</summary>
    public byte Brightest { get; }

    /// <summary>Whether there is nothing else on the page.</summary>
    public bool IsWholePage { get; }

    /// <returns>Null where the page has no photograph.</returns>
    public static PhotoRegions? Find(GreyPage page)
    {
        var tile = Math.Max(8, (int)(page.CoarserDpi / TilesPerInch));
        var columns = (page.Width + tile - 1) / tile;
        var rows = (page.Height + tile - 1) / tile;
        var kinds = new Kind[columns * rows];
        var papers = new byte[kinds.Length];
        var counts = new int[256];
        for (var i = 0; i < kinds.Length; i++)
        {
            var (left, top) = (i % columns * tile, i / columns * tile);
            Array.Clear(counts);
            Count(page, left, top, tile, counts);
            (kinds[i], papers[i]) = Judge(counts);
            if (kinds[i] == Kind.Photo && left + tile <= page.Width && top + tile <= page.Height)
            {
                kinds[i] = IsSlope(page, left, top, tile, papers[i]) ? Kind.Slope
                    : HasLettersInSlope(page, left, top, tile) ? Kind.WrittenSlope
                    : Kind.Photo;
            }
        }

        // Sharp things in a photograph look like letters, but for what is around them.
        bool[] certain = [.. kinds.Select(static kind => kind == Kind.Photo)];
        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i] == Kind.WrittenSlope)
            {
                kinds[i] = SeedsAround(certain, columns, rows, i) >= LeastAroundLetters ? Kind.Photo : Kind.Slope;
            }
        }

        var seeds = kinds.Count(static kind => kind is Kind.Photo or Kind.Slope);
        if (seeds == 0)
        {
            return null;
        }

        var white = papers.Order().ElementAt(papers.Length * 9 / 10);
        bool IsPaper(int i) => kinds[i] switch
        {
            Kind.Text => papers[i] > white * DarkestWritten,
            Kind.Flat => papers[i] > white * DarkestBlank,
            _ => false,
        };

        bool[] Among(Func<Kind, bool> isSeed)
        {
            bool[] seen = [.. kinds.Select(isSeed)];
            return [.. kinds.Select((_, i) => !IsPaper(i) && SeedsAround(seen, columns, rows, i) >= LeastAround)];
        }

        void GrowAll(bool[] tiles) =>
            Grow(tiles, columns, rows, i => kinds[i] is Kind.Photo or Kind.Slope || (kinds[i] == Kind.Flat && !IsPaper(i)));

        var paper = Enumerable.Range(0, kinds.Length).Count(IsPaper);
        var photo = Among(static kind => kind is Kind.Photo or Kind.Slope);
        if (seeds >= kinds.Length * LeastSeeds && paper < kinds.Length * LeastPaper)
        {
            Array.Fill(photo, true);
        }
        else
        {
            if (IsAround(photo, columns, rows))
            {
                return null;
            }

            // A soft photograph may be little but slopes. It is one if it has most of the page; less may be a shadow.
            GrowAll(photo);
            if (photo.Count(static tile => tile) > photo.Length * MostPhoto)
            {
                Array.Fill(photo, true);
            }
            else
            {
                photo = Among(static kind => kind == Kind.Photo);
                GrowAll(photo);
            }
        }

        if (!photo.Contains(true))
        {
            return null;
        }

        Array.Clear(counts);
        for (var i = 0; i < photo.Length; i++)
        {
            if (photo[i])
            {
                Count(page, i % columns * tile, i / columns * tile, tile, counts);
            }
        }

        return new PhotoRegions(tile, columns, page.Width, photo, Passing(counts, 0.01), Passing(counts, 0.99));
    }

    /// <summary>From where to where a row of points goes through photographs.</summary>
    public IEnumerable<(int Start, int End)> Spans(int y)
    {
        var row = y / _tile * _columns;
        for (var column = 0; column < _columns; column++)
        {
            if (_photo[row + column])
            {
                var start = column;
                while (column < _columns && _photo[row + column])
                {
                    column++;
                }

                yield return (start * _tile, Math.Min(_width, column * _tile));
            }
        }
    }

    private static int SeedsAround(bool[] isSeed, int columns, int rows, int at)
    {
        var (column, row) = (at % columns, at / columns);
        var seeds = 0;
        for (var y = Math.Max(0, row - Reach); y <= Math.Min(rows - 1, row + Reach); y++)
        {
            for (var x = Math.Max(0, column - Reach); x <= Math.Min(columns - 1, column + Reach); x++)
            {
                seeds += isSeed[(y * columns) + x] ? 1 : 0;
            }
        }

        return seeds;
    }

    /// <summary>Takes in what hangs together with a photograph and has no letters, such as a sky, and fills small gaps.</summary>
    private static void Grow(bool[] photo, int columns, int rows, Func<int, bool> mayBelong)
    {
        var open = new Stack<int>(Enumerable.Range(0, photo.Length).Where(i => photo[i]));
        while (open.TryPop(out var at))
        {
            foreach (var next in Neighbours(at, columns, rows))
            {
                if (!photo[next] && mayBelong(next))
                {
                    photo[next] = true;
                    open.Push(next);
                }
            }
        }

        var gaps = Enumerable.Range(0, photo.Length)
            .Where(i => !photo[i] && Neighbours(i, columns, rows).Count(next => photo[next]) >= LeastNeighbours)
            .ToArray();
        foreach (var gap in gaps)
        {
            photo[gap] = true;
        }
    }

    private static IEnumerable<int> Neighbours(int at, int columns, int rows)
    {
        var (column, row) = (at % columns, at / columns);
        if (column > 0)
        {
            yield return at - 1;
        }

        if (column < columns - 1)
        {
            yield return at + 1;
        }

        if (row > 0)
        {
            yield return at - columns;
        }

        if (row < rows - 1)
        {
            yield return at + columns;
        }
    }

    private static bool IsAround(bool[] photo, int columns, int rows)
    {
        var edge = Enumerable.Range(0, photo.Length)
            .Where(i => i % columns == 0 || i % columns == columns - 1 || i < columns || i >= columns * (rows - 1))
            .ToArray();
        return edge.Count(i => photo[i]) >= edge.Length * LeastEdge;
    }

    /// <summary>The grey that such a share of the points does not pass.</summary>
    private static byte Passing(int[] counts, double share)
    {
        var wanted = counts.Sum() * share;
        var grey = 0;
        for (double below = counts[0]; below < wanted && grey < 255; below += counts[grey])
        {
            grey++;
        }

        return (byte)grey;
    }

    /// <summary>Some of the points are enough to judge by, in an eighth of the time.</summary>
    private static void Count(GreyPage page, int left, int top, int tile, int[] counts)
    {
        var right = Math.Min(page.Width, left + tile);
        for (var y = top; y < Math.Min(page.Height, top + tile); y += 4)
        {
            var line = page.Points.AsSpan((y * page.Width) + left, right - left);
            for (var x = 0; x < line.Length; x += 2)
            {
                counts[line[x]]++;
            }
        }
    }

    private static (Kind Kind, byte Paper) Judge(int[] counts)
    {
        var total = 0;
        double sum = 0;
        double squares = 0;
        for (var grey = 0; grey < counts.Length; grey++)
        {
            total += counts[grey];
            sum += (double)grey * counts[grey];
            squares += (double)grey * grey * counts[grey];
        }

        var above = 0;
        var paper = 255;
        for (; paper > 0; paper--)
        {
            above += counts[paper];
            if (above * 10 >= total)
            {
                break;
            }
        }

        var variance = (squares / total) - (sum / total * (sum / total));
        if (variance < paper * FlatDeviation * paper * FlatDeviation)
        {
            return (Kind.Flat, (byte)paper);
        }

        var mid = 0;
        for (var grey = (int)(paper * MidFrom); grey < (int)(paper * MidTo); grey++)
        {
            mid += counts[grey];
        }

        var isPhoto = mid >= total * LeastMid && Parted(counts, total, sum) < variance * TwoHeaps;
        return (isPhoto ? Kind.Photo : Kind.Text, (byte)paper);
    }

    /// <summary>
    /// Whether its light only rises or falls evenly: the soft edge of a shadow has all greys, and nothing in it.
    /// </summary>
    private static bool IsSlope(GreyPage page, int left, int top, int tile, byte paper)
    {
        var side = tile / Cell;
        var middle = (side - 1) / 2.0;
        var (sum, squares, across, down, distances) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                var grey = Mean(page, left + (column * Cell), top + (row * Cell));
                sum += grey;
                squares += grey * grey;
                across += grey * (column - middle);
                down += grey * (row - middle);
                distances += (row - middle) * (row - middle);
            }
        }

        // What the plane through its greys does not explain.
        var cells = side * side;
        var rest = squares - (sum * sum / cells) - (((across * across) + (down * down)) / distances);
        return rest < cells * paper * FlatDeviation * paper * FlatDeviation;
    }

    /// <summary>
    /// Whether there are paper and letters where the light is made even: it rises or falls as the brightest points do,
    /// between which the letters are.
    /// </summary>
    private static bool HasLettersInSlope(GreyPage page, int left, int top, int tile)
    {
        var part = tile / Parts;
        const double middle = (Parts - 1) / 2.0;
        var (sum, across, down, distances) = (0.0, 0.0, 0.0, 0.0);
        for (var row = 0; row < Parts; row++)
        {
            for (var column = 0; column < Parts; column++)
            {
                var grey = Most(page, left + (column * part), top + (row * part), part);
                sum += grey;
                across += grey * (column - middle);
                down += grey * (row - middle);
                distances += (row - middle) * (row - middle) * part;
            }
        }

        var counts = new int[256];
        var mostFall = 0.0;
        var distance = Math.Max(1, tile / FallsATile);
        for (var y = 0; y < tile; y += 4)
        {
            var line = page.Points.AsSpan(((top + y) * page.Width) + left, tile);
            for (var x = 0; x < tile; x += 2)
            {
                var light = Math.Max(1, (sum / (Parts * Parts)) + ((((x - (tile / 2.0)) * across) + ((y - (tile / 2.0)) * down)) / distances));
                counts[(int)Math.Min(255, line[x] * Even / light)]++;
                mostFall = Math.Max(mostFall, Math.Abs(line[x] - line[Math.Min(tile - 1, x + distance)]) / light);
            }
        }

        return mostFall >= LeastFall && Judge(counts).Kind == Kind.Text;
    }

    /// <summary>The brightest grey of a square.</summary>
    private static byte Most(GreyPage page, int left, int top, int side)
    {
        byte most = 0;
        for (var y = top; y < top + side; y++)
        {
            foreach (var grey in page.Points.AsSpan((y * page.Width) + left, side))
            {
                most = Math.Max(most, grey);
            }
        }

        return most;
    }

    private static double Mean(GreyPage page, int left, int top)
    {
        var sum = 0;
        for (var y = top; y < top + Cell; y++)
        {
            foreach (var grey in page.Points.AsSpan((y * page.Width) + left, Cell))
            {
                sum += grey;
            }
        }

        return sum / (double)(Cell * Cell);
    }

    /// <summary>The variance between the two heaps that part the greys best (Otsu).</summary>
    private static double Parted(int[] counts, double total, double sum)
    {
        double most = 0;
        double below = 0;
        double sumBelow = 0;
        for (var grey = 0; grey < counts.Length - 1; grey++)
        {
            below += counts[grey];
            sumBelow += (double)grey * counts[grey];
            if (below > 0 && below < total)
            {
                var distance = (sumBelow / below) - ((sum - sumBelow) / (total - below));
                most = Math.Max(most, below * (total - below) * distance * distance);
            }
        }

        return most / (total * total);
    }

    private enum Kind
    {
        Flat,
        Text,
        Photo,

        /// <summary>It would be photographic, but that its light only rises or falls.</summary>
        Slope,

        /// <summary>It would be photographic, but that it has paper and letters where its light is made even.</summary>
        WrittenSlope,
    }
}

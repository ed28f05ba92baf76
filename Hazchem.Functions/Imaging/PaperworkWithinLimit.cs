using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Makes the pages of a file a bilevel TIFF within a limit. Every page starts at its best; then whichever costs most gives
/// up detail, until all fit.
/// </summary>
/// <remarks>
/// A page is read, coded and forgotten, so that a scan of a hundred pages takes no more memory than one page and the code
/// of all. Where the pages so far say that they will not fit, a page is coded at lower levels too while it is at hand; only
/// where that guess was wrong is it read again.
/// <para>
/// Where many pages are still to come, a few of them, evenly spread, are then coded at all levels. They tell how many bytes
/// a page may have for all to fit, so that of the rest each is coded at the level it will end at, and seldom at another.
/// </para>
/// </remarks>
/// <param name="count">How many pages there will be.</param>
internal sealed class PaperworkWithinLimit(PaperPages file, int count, long maxBytes)
{
    private const int SampledPages = 8;

    /// <summary>With fewer pages to come, a sample would be most of them.</summary>
    private const int FewestPages = 2 * SampledPages;

    /// <summary>Of the limit: a sample is not exact, and what turns out too much is read again.</summary>
    private const double Aim = 0.98;

    private readonly List<CodedPage> _pages = [];

    /// <summary>The sample by their numbers; null until there is one.</summary>
    private SortedList<int, CodedPage>? _sample;
    private int _usualLevel;
    private long _bytes;

    /// <summary>Takes in the next page.</summary>
    /// <returns>Whether the pages so far fit, be it at the floor of legibility.</returns>
    /// <exception cref="VipsException">A page cannot be read.</exception>
    public bool Add()
    {
        Take(_sample is null ? CodeBest() : CodeWithin(Cap()));
        while (_bytes > maxBytes)
        {
            var most = Enumerable.Range(0, _pages.Count).Where(i => !_pages[i].IsLast).DefaultIfEmpty(-1).MaxBy(i => i < 0 ? 0 : _pages[i].Bytes);
            if (most < 0)
            {
                return false;
            }

            _bytes -= _pages[most].Bytes;
            if (!_pages[most].IsPrepared)
            {
                _pages[most].Prepare(file.Read(most), Cap());
            }

            _pages[most].Lower();
            _bytes += _pages[most].Bytes;
        }

        return true;
    }

    public byte[] Write() => Group4Tiff.Write([.. _pages.Select(static page => page.Code)]);

    private void Take(CodedPage page)
    {
        _pages.Add(page);
        _bytes += page.Bytes;
    }

    private CodedPage CodeBest()
    {
        var page = file.Read(_pages.Count);
        var coded = new CodedPage(page, level: 0);
        var soFar = _pages.Count + 1;
        if ((_bytes + coded.Bytes) * count > maxBytes * soFar)
        {
            coded.Prepare(page, Cap());
            if (count - soFar >= FewestPages)
            {
                ReadAhead(soFar);
            }
        }

        return coded;
    }

    /// <summary>Codes some of the pages from here on at all levels.</summary>
    private void ReadAhead(int from)
    {
        var sample = new SortedList<int, CodedPage>();
        for (var i = 0; i < SampledPages; i++)
        {
            var number = from + (((2 * i) + 1) * (count - from) / (2 * SampledPages));
            var page = file.Read(number);
            var coded = new CodedPage(page, level: 0);
            coded.Prepare(page, within: 0);
            sample.Add(number, coded);
        }

        _sample = sample;
    }

    /// <summary>Codes the next page at the highest level that takes no more than so many bytes, or else the lowest.</summary>
    private CodedPage CodeWithin(long cap)
    {
        if (!_sample!.TryGetValue(_pages.Count, out var coded))
        {
            var page = file.Read(_pages.Count);
            coded = new CodedPage(page, _usualLevel);
            while (coded.Level > 0 && coded.Bytes * TimesAbove(coded.Level) <= cap && coded.Raise(page, cap))
            {
                // Up, while there is room.
            }

            if (coded.Bytes > cap && !coded.IsLast)
            {
                coded.Prepare(page, cap);
            }
        }

        while (coded.Bytes > cap && coded.IsPrepared)
        {
            coded.Lower();
        }

        _usualLevel = coded.Level;
        return coded;
    }

    /// <summary>How many times the bytes of a level the one above it takes, by the sample.</summary>
    private double TimesAbove(int level)
    {
        var pages = _sample!.Values.Where(page => page.Levels > level).ToArray();
        return pages.Sum(page => page.BytesAt(level - 1)) / (double)Math.Max(1, pages.Sum(page => page.BytesAt(level)));
    }

    /// <summary>
    /// How many bytes a page may have if all are to fit: an equal share, or more where the sample tells that others need
    /// less.
    /// </summary>
    private long Cap()
    {
        if (_sample is null)
        {
            return maxBytes / count;
        }

        long[] caps = [0, .. _sample.Values.SelectMany(static page => page.AllBytes).Order(), maxBytes];
        var (fits, over) = (0, caps.Length);
        while (over - fits > 1)
        {
            var middle = (fits + over) / 2;
            (fits, over) = Forecast(caps[middle]) <= maxBytes * Aim ? (middle, over) : (fits, middle);
        }

        return caps[fits];
    }

    /// <summary>The bytes of all pages if none takes more than <paramref name="cap"/>.</summary>
    private double Forecast(long cap) => _pages.Sum(page => Math.Min(page.Bytes, page.BytesWithin(cap, page.Level)))
        + (_sample!.Values.Sum(page => page.BytesWithin(cap, from: 0)) * (count - _pages.Count) / (double)_sample.Count);

    /// <summary>A page's code at the level it has now, and at others that may be wanted.</summary>
    private sealed class CodedPage
    {
        private readonly Group4Page?[] _codes;

        /// <summary>Bytes at the levels that were ever coded.</summary>
        private readonly long[] _bytes;
        private int _lowest;

        public CodedPage(PaperPage page, int level)
        {
            _codes = new Group4Page?[page.Levels];
            _bytes = new long[page.Levels];
            Level = _lowest = Math.Min(level, page.Levels - 1);
            Code = Make(page, Level);
        }

        public Group4Page Code { get; private set; }

        public int Level { get; private set; }

        public int Levels => _codes.Length;

        public long Bytes => BytesOf(Code);

        public IEnumerable<long> AllBytes => _bytes;

        public bool IsPrepared => _lowest > Level;

        /// <summary>There is no level below.</summary>
        public bool IsLast => Level == Levels - 1;

        public long BytesAt(int level) => _bytes[level];

        /// <summary>
        /// What it takes at the first level from <paramref name="from"/> on that takes no more than so many bytes. One that
        /// was not coded so low is taken to reach them.
        /// </summary>
        public long BytesWithin(long cap, int from)
        {
            for (var level = from; level <= _lowest; level++)
            {
                if (_bytes[level] <= cap)
                {
                    return _bytes[level];
                }
            }

            return _lowest == Levels - 1 ? _bytes[_lowest] : cap;
        }

        /// <summary>Codes one level more, and on until it takes no more than <paramref name="within"/>.</summary>
        public void Prepare(PaperPage page, long within)
        {
            while (_lowest < Levels - 1 && (_bytes[_lowest] > within || !IsPrepared))
            {
                _lowest++;
                _codes[_lowest] = Make(page, _lowest);
            }
        }

        /// <summary>Goes a level down. One that takes more than the level above gives nothing, and is passed over.</summary>
        public void Lower()
        {
            if (_codes[++Level] is { } lower && _bytes[Level] < Bytes)
            {
                Code = lower;
            }

            _codes[Level] = null;
        }

        /// <summary>Goes a level up, if that takes no more than <paramref name="within"/>; the one below is kept.</summary>
        public bool Raise(PaperPage page, long within)
        {
            var higher = Make(page, Level - 1);
            if (BytesOf(higher) > within)
            {
                return false;
            }

            _codes[Level--] = Code;
            Code = higher;
            return true;
        }

        private Group4Page Make(PaperPage page, int level)
        {
            var code = page.Code(level);
            _bytes[level] = BytesOf(code);
            return code;
        }

        private static long BytesOf(Group4Page code) => code.Code.Length + Group4Tiff.DirectoryBytes;
    }
}

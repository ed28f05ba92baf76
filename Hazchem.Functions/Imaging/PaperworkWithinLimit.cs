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
/// </remarks>
/// <param name="count">How many pages there will be.</param>
internal sealed class PaperworkWithinLimit(PaperPages file, int count, long maxBytes)
{
    private readonly List<CodedPage> _pages = [];
    private long _bytes;

    /// <summary>Takes in the next page.</summary>
    /// <returns>Whether the pages so far fit, be it at the floor of legibility.</returns>
    /// <exception cref="VipsException">A page cannot be read.</exception>
    public bool Add()
    {
        var page = file.Read(_pages.Count);
        var coded = new CodedPage(page);
        _pages.Add(coded);
        _bytes += coded.Bytes;
        if (_bytes * count > maxBytes * _pages.Count)
        {
            coded.Prepare(page, maxBytes / count);
        }

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
                _pages[most].Prepare(file.Read(most), maxBytes / count);
            }

            _pages[most].Lower();
            _bytes += _pages[most].Bytes;
        }

        return true;
    }

    public byte[] Write() => Group4Tiff.Write([.. _pages.Select(static page => page.Code)]);

    /// <summary>A page's code at the level it has now, and at lower ones that may be wanted.</summary>
    private sealed class CodedPage(PaperPage page)
    {
        private readonly Queue<Group4Page> _lower = [];
        private readonly int _levels = page.Levels;
        private int _next = 1;

        public Group4Page Code { get; private set; } = page.Code(0);

        public int Bytes => Code.Code.Length + Group4Tiff.DirectoryBytes;

        public bool IsPrepared => _lower.Count > 0;

        /// <summary>There is no level below.</summary>
        public bool IsLast => !IsPrepared && _next == _levels;

        /// <summary>Codes one level more, and on until it takes no more than <paramref name="share"/>.</summary>
        public void Prepare(PaperPage page, long share)
        {
            var bytes = Bytes;
            while (_next < _levels && (bytes > share || !IsPrepared))
            {
                var lower = page.Code(_next++);
                _lower.Enqueue(lower);
                bytes = lower.Code.Length + Group4Tiff.DirectoryBytes;
            }
        }

        /// <summary>Goes a level down. One that takes more than the level above gives nothing, and is passed over.</summary>
        public void Lower()
        {
            if (_lower.TryDequeue(out var lower) && lower.Code.Length < Code.Code.Length)
            {
                Code = lower;
            }
        }
    }
}

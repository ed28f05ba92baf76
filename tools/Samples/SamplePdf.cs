using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Hazchem.Samples;

/// <summary>Writes a PDF object by object, well made or not.</summary>
public sealed class SamplePdf
{
    private const int Catalog = 1;
    private const int PageTree = 2;

    private readonly SortedDictionary<int, byte[]> _objects = [];
    private readonly List<int> _pages = [];
    private int _last = PageTree;

    /// <summary>More of the catalogue's dictionary.</summary>
    public string CatalogExtra { get; set; } = "";

    /// <summary>More of the trailer's dictionary.</summary>
    public string TrailerExtra { get; set; } = "";

    /// <summary>A page of black rectangles, in inches from its lower left corner.</summary>
    public static string Rectangles(params (double X, double Y, double Width, double Height)[] rectangles) =>
        string.Concat(rectangles.Select(r => Text($"{r.X * 72} {r.Y * 72} {r.Width * 72} {r.Height * 72} re f\n")));

    /// <summary>What draws a picture over a whole page.</summary>
    public static string FullPage(double width, double height) => Text($"q {width * 72} 0 0 {height * 72} 0 0 cm /Im0 Do Q");

    public int Add(string dictionary)
    {
        _objects[++_last] = Latin1(dictionary);
        return _last;
    }

    public int Stream(string dictionary, byte[] content)
    {
        _objects[++_last] = [.. Latin1(Text($"<< {dictionary} /Length {content.Length} >>\nstream\n")), .. content, .. "\nendstream"u8];
        return _last;
    }

    public int Font() => Add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");

    /// <param name="width">In inches.</param>
    /// <param name="extra">More of the page's dictionary.</param>
    public SamplePdf Page(double width, double height, string content, string resources = "", string extra = "")
    {
        var drawn = Stream("", Latin1(content));
        _pages.Add(Add(Text(
            $"<< /Type /Page /Parent {PageTree} 0 R /MediaBox [0 0 {width * 72} {height * 72}] /Contents {drawn} 0 R /Resources << {resources} >> {extra} >>")));
        return this;
    }

    /// <summary>A page that is one picture.</summary>
    /// <param name="picture">What its dictionary says besides that it is one.</param>
    public SamplePdf Scan(double width, double height, string picture, byte[] coded, string extra = "")
    {
        var image = Stream("/Type /XObject /Subtype /Image " + picture, coded);
        return Page(width, height, FullPage(width, height), Text($"/XObject << /Im0 {image} 0 R >>"), extra);
    }

    /// <summary>Names a page that may not exist.</summary>
    public SamplePdf PageAt(int number)
    {
        _pages.Add(number);
        return this;
    }

    public byte[] Write()
    {
        _objects[Catalog] = Latin1(Text($"<< /Type /Catalog /Pages {PageTree} 0 R {CatalogExtra} >>"));
        _objects[PageTree] = Latin1(Text($"<< /Type /Pages /Count {_pages.Count} /Kids [{string.Join(' ', _pages.Select(page => Text($"{page} 0 R")))}] >>"));
        using var file = new MemoryStream();
        file.Write("%PDF-1.7\n%\u00e2\u00e3\n"u8);
        Dictionary<int, long> offsets = [];
        foreach (var (number, content) in _objects)
        {
            offsets[number] = file.Position;
            file.Write(Latin1(Text($"{number} 0 obj\n")));
            file.Write(content);
            file.Write("\nendobj\n"u8);
        }

        var table = file.Position;
        file.Write(Latin1(Text($"xref\n0 {_last + 1}\n0000000000 65535 f \n")));
        for (var number = 1; number <= _last; number++)
        {
            file.Write(Latin1(Text($"{offsets[number]:D10} 00000 n \n")));
        }

        file.Write(Latin1(Text($"trailer\n<< /Size {_last + 1} /Root {Catalog} 0 R {TrailerExtra} >>\nstartxref\n{table}\n%%EOF\n")));
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var coded = new MemoryStream();
        using (var zlib = new ZLibStream(coded, CompressionLevel.Optimal))
        {
            zlib.Write(content);
        }

        return coded.ToArray();
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}

using System.Text;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Imaging.Pdf;

public sealed class HostilePdfTests
{
    private const string Damaged = "The PDF is damaged and cannot be read. Save or scan it again and drop it again.";
    private const string Memory = "The PDF takes more memory than is allowed for one. Scan or print it with less detail, or fewer pages a file, and drop it again.";

    public static TheoryData<string, string> Refused => new()
    {
        { nameof(Nothing), Damaged },
        { nameof(Password), "The PDF is protected by a password. Save it without one and drop it again." },
        { nameof(UnknownProtection), "The PDF is protected in a way that cannot be read here. Print it to a new PDF and drop that." },
        { nameof(Cut), Damaged },
        { nameof(CutBehindItsTrailer), "The PDF is damaged or cut short, and pages may be missing. Save or scan it again and drop it again." },
        { nameof(NoPages), "The PDF has no pages. Save it again and drop it again." },
        { nameof(MissingPage), Damaged },
        { nameof(PageTreeThatHoldsItself), Damaged },
        { nameof(HugePage), "The picture is 100,000,000 by 100,000,000 pixels, more than the 100,000,000 in all that are taken. Save it smaller and drop it again." },
        { nameof(PageBeyondAllNumbers), "The picture is 2,147,483,647 by 2,147,483,647 pixels, more than the 100,000,000 in all that are taken. Save it smaller and drop it again." },
        { nameof(ManyPages), "The file has 10,000 pages; at most 200 are taken. Split it and drop the parts." },
        { nameof(DynamicForm), "The PDF is an interactive form (XFA) that only Adobe's programs can show. Print it to a new PDF and drop that." },
        { nameof(UndecodableScan), "Page 1 of 1 is damaged or coded in a way that cannot be read here. Scan or save it again and drop it again." },
        { nameof(FaxThatBreaksOff), "Page 1 of 1 is damaged or coded in a way that cannot be read here. Scan or save it again and drop it again." },
        { nameof(Jbig2ThatBreaksOff), "Page 1 of 1 is damaged or coded in a way that cannot be read here. Scan or save it again and drop it again." },
        { nameof(JpegThatBreaksOff), "Page 1 of 1 is damaged or coded in a way that cannot be read here. Scan or save it again and drop it again." },
        { nameof(InflatedContent), Memory },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void PDF_that_cannot_be_read_is_refused_with_what_to_do(string name, string reason) =>
        Pictures.Refuse(Make(name), TargetShape.Paperwork).Should().Be(reason);

    [Theory]
    [InlineData(nameof(FormThatDrawsItself))]
    [InlineData(nameof(DeepNesting))]
    [InlineData(nameof(DeepDictionaries))]
    [InlineData(nameof(JpegBrokenInTheMiddle))]
    [InlineData(nameof(ObjectStreamBomb))]
    [InlineData(nameof(HugePicture))]
    [InlineData(nameof(PictureInflatedTwice))]
    [InlineData(nameof(FormsOfForms))]
    public void Odd_PDF_has_one_outcome(string name) =>
        (Pictures.Converter.Convert(Make(name), TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken)
            is ConversionResult.Converted or ConversionResult.Refused { Reason: not Damaged }).Should().BeTrue();

    [Fact]
    public void Drawing_that_does_not_end_stops_when_it_is_cancelled()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(TimeSpan.FromSeconds(1));

        var convert = () => Pictures.Converter.Convert(ShadingsWithoutEnd(), TargetShape.Paperwork, 500_000, cancellation.Token);

        convert.Should().Throw<OperationCanceledException>();
    }

    private static byte[] Make(string name) => name switch
    {
        nameof(Nothing) => Nothing(),
        nameof(Password) => Password(),
        nameof(UnknownProtection) => UnknownProtection(),
        nameof(Cut) => Cut(),
        nameof(CutBehindItsTrailer) => CutBehindItsTrailer(),
        nameof(NoPages) => NoPages(),
        nameof(MissingPage) => MissingPage(),
        nameof(PageTreeThatHoldsItself) => PageTreeThatHoldsItself(),
        nameof(HugePage) => HugePage(),
        nameof(PageBeyondAllNumbers) => PageBeyondAllNumbers(),
        nameof(ManyPages) => ManyPages(),
        nameof(DynamicForm) => DynamicForm(),
        nameof(UndecodableScan) => UndecodableScan(),
        nameof(FaxThatBreaksOff) => FaxThatBreaksOff(),
        nameof(Jbig2ThatBreaksOff) => Jbig2ThatBreaksOff(),
        nameof(JpegThatBreaksOff) => JpegThatBreaksOff(),
        nameof(HugePicture) => HugePicture(),
        nameof(InflatedContent) => InflatedContent(),
        nameof(PictureInflatedTwice) => PictureInflatedTwice(),
        nameof(FormThatDrawsItself) => FormThatDrawsItself(),
        nameof(FormsOfForms) => FormsOfForms(),
        nameof(DeepNesting) => DeepNesting(),
        nameof(DeepDictionaries) => DeepDictionaries(),
        nameof(JpegBrokenInTheMiddle) => JpegBrokenInTheMiddle(),
        nameof(ObjectStreamBomb) => ObjectStreamBomb(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such PDF."),
    };

    private static byte[] Nothing() => "%PDF-1.7\n%%EOF\n"u8.ToArray();

    private static byte[] Password() => Protected("/Filter /Standard /V 1 /R 2 /P -4 " + SamplePdf.Text($"/O <{new string('A', 64)}> /U <{new string('B', 64)}>"));

    private static byte[] UnknownProtection() => Protected("/Filter /Acme /V 1");

    private static byte[] Protected(string how)
    {
        var pdf = new SamplePdf();
        var protection = pdf.Add("<< " + how + " >>");
        pdf.TrailerExtra = SamplePdf.Text($"/Encrypt {protection} 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");
        return pdf.Page(4, 6, "").Write();
    }

    private static byte[] Cut()
    {
        var pdf = new SamplePdf();
        for (var page = 0; page < 5; page++)
        {
            pdf.Page(4, 6, SamplePdf.Rectangles((1, 1, 1, 1)));
        }

        var whole = pdf.Write();
        return whole[..(whole.Length * 6 / 10)];
    }

    /// <summary>As files are that have a trailer at their beginning, for reading while they are still loading.</summary>
    private static byte[] CutBehindItsTrailer() => [.. Cut(), .. "\nendobj\ntrailer\n<< /Root 1 0 R >>\n"u8];

    private static byte[] NoPages() => new SamplePdf().Write();

    private static byte[] MissingPage() => new SamplePdf().Page(4, 6, "").PageAt(999).Write();

    private static byte[] PageTreeThatHoldsItself() => new SamplePdf().PageAt(2).PageAt(2).Write();

    private static byte[] HugePage() => new SamplePdf().Page(1_000_000, 1_000_000, SamplePdf.Rectangles((1, 1, 1, 1))).Write();

    private static byte[] PageBeyondAllNumbers()
    {
        var pdf = new SamplePdf();
        return pdf.PageAt(pdf.Add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 4640000000.0 1546188226.0] >>")).Write();
    }

    private static byte[] ManyPages()
    {
        var pdf = new SamplePdf().Page(4, 6, "");
        var page = pdf.Add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] >>");
        for (var number = 1; number < 10_000; number++)
        {
            pdf.PageAt(page);
        }

        return pdf.Write();
    }

    private static byte[] DynamicForm()
    {
        var pdf = new SamplePdf();
        var form = pdf.Stream("", "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"u8.ToArray());
        pdf.CatalogExtra = SamplePdf.Text($"/NeedsRendering true /AcroForm << /Fields [] /XFA {form} 0 R >>");
        return pdf.Page(4, 6, "BT ET").Write();
    }

    private static byte[] UndecodableScan() => new SamplePdf()
        .Scan(4, 6, "/Width 800 /Height 1200 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /JPXDecode", [1, 2, 3, 4])
        .Write();

    private static byte[] FaxThatBreaksOff()
    {
        var code = PdfTests.Noise4();
        return new SamplePdf().Scan(4, 5, PdfTests.Fax(1200, 1500), code[..(code.Length / 2)]).Write();
    }

    private static byte[] Jbig2ThatBreaksOff()
    {
        const string picture = "/Width 1200 /Height 1500 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode";
        var code = Jbig2CodeTests.Scan();
        return new SamplePdf().Scan(4, 5, picture, code[..(code.Length / 2)]).Write();
    }

    private static byte[] JpegThatBreaksOff()
    {
        var jpeg = SamplePictures.PlainJpeg(1, 800, 600);
        return new SamplePdf()
            .Scan(8, 6, "/Width 800 /Height 600 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9])
            .Write();
    }

    private static byte[] HugePicture() => new SamplePdf()
        .Scan(8, 11, "/Width 30000 /Height 3000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", SamplePdf.Deflate(new byte[1_000_000]))
        .Write();

    private static byte[] InflatedContent()
    {
        var pdf = new SamplePdf();
        var spaces = new byte[400_000_000];
        spaces.AsSpan().Fill((byte)' ');
        var content = pdf.Stream("/Filter /FlateDecode", SamplePdf.Deflate(spaces));
        return pdf.PageAt(pdf.Add(SamplePdf.Text($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents {content} 0 R >>"))).Write();
    }

    private static byte[] PictureInflatedTwice() => new SamplePdf()
        .Scan(
            8,
            11,
            "/Width 10000 /Height 10000 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode]",
            SamplePdf.Deflate(SamplePdf.Deflate(new byte[100_000_000])))
        .Write();

    private static byte[] FormThatDrawsItself()
    {
        var pdf = new SamplePdf();
        var form = pdf.Stream("/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /F 3 0 R >> >>", "0 0 9 9 re f /F Do /F Do"u8.ToArray());
        return pdf.Page(4, 6, "/F Do", SamplePdf.Text($"/XObject << /F {form} 0 R >>")).Write();
    }

    private static byte[] FormsOfForms()
    {
        var pdf = new SamplePdf();
        var form = pdf.Stream("/Type /XObject /Subtype /Form /BBox [0 0 999 999]", "0 0 400 400 re f"u8.ToArray());
        for (var level = 0; level < 12; level++)
        {
            form = pdf.Stream(
                SamplePdf.Text($"/Type /XObject /Subtype /Form /BBox [0 0 999 999] /Resources << /XObject << /F {form} 0 R >> >>"),
                Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("/F Do ", 20))));
        }

        return pdf.Page(4, 6, "/F Do", SamplePdf.Text($"/XObject << /F {form} 0 R >>")).Write();
    }

    /// <summary>A page of 8 by 11 inches that is never drawn to its end.</summary>
    internal static byte[] ShadingsWithoutEnd()
    {
        var pdf = new SamplePdf();
        var function = pdf.Stream("/FunctionType 4 /Domain [0 999 0 999] /Range [0 1]", "{ mul sin abs }"u8.ToArray());
        var shading = pdf.Add(SamplePdf.Text($"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 999 0 999] /Function {function} 0 R >>"));
        return pdf.Page(8, 11, string.Concat(Enumerable.Repeat("/S sh ", 5_000)), SamplePdf.Text($"/Shading << /S {shading} 0 R >>")).Write();
    }

    private static byte[] DeepNesting() =>
        new SamplePdf().Page(4, 6, new string('[', 200_000) + " 0 0 9 9 re f " + string.Concat(Enumerable.Repeat("q ", 200_000))).Write();

    private static byte[] DeepDictionaries()
    {
        var pdf = new SamplePdf();
        pdf.Add(string.Concat(Enumerable.Repeat("<</A", 100_000)) + " 1 " + string.Concat(Enumerable.Repeat(">>", 100_000)));
        pdf.CatalogExtra = "/Deep 3 0 R /Names " + string.Concat(Enumerable.Repeat("[", 50_000));
        return pdf.Page(4, 6, "0 0 9 9 re f").Write();
    }

    private static byte[] JpegBrokenInTheMiddle()
    {
        var jpeg = SamplePictures.Photo(1);
        for (var at = jpeg.Length / 3; at < jpeg.Length - 2; at += 97)
        {
            jpeg[at] = 0xFF;
            jpeg[at + 1] = 0xC4;
        }

        using var original = Pictures.Open(SamplePictures.Photo(1));
        return new SamplePdf { CatalogExtra = "/Mask null" }
            .Scan(8, 6, SamplePdf.Text($"/Width {original.Width} /Height {original.Height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"), jpeg)
            .Write();
    }

    private static byte[] ObjectStreamBomb()
    {
        var pdf = new SamplePdf();
        pdf.Stream("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", SamplePdf.Deflate([.. "99 0 "u8, .. new byte[300_000_000]]));
        return pdf.Page(4, 6, "0 0 9 9 re f").Write();
    }
}

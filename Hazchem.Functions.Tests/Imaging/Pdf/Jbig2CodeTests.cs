using System.Buffers.Binary;
using Hazchem.Functions.Imaging.Pdf;

namespace Hazchem.Functions.Tests.Imaging.Pdf;

public sealed class Jbig2CodeTests
{
    private const byte PageInformation = 48;
    private const byte GenericRegion = 38;
    private const byte EndOfPage = 49;
    private const byte SymbolDictionary = 0;
    private const byte TextRegion = 6;

    [Fact]
    public void Segments_that_are_all_there_are_whole_and_what_fills_up_their_stream_does_no_harm()
    {
        var code = Scan();

        Jbig2Code.IsWhole(code).Should().BeTrue();
        Jbig2Code.IsWhole(code.AsSpan(0, code.Length - 11)).Should().BeTrue("the end of the page need not be said");
        Jbig2Code.IsWhole((byte[])[.. code, .. "\r\n"u8]).Should().BeTrue();
        Jbig2Code.IsWhole(Segment(1, GenericRegion, new byte[50], length: -1)).Should().BeTrue("its length is not said");
    }

    [Fact]
    public void Segment_that_is_cut_is_not_whole()
    {
        var code = Scan();

        foreach (var share in (double[])[0.2, 0.5, 0.9])
        {
            Jbig2Code.IsWhole(code.AsSpan(0, (int)(code.Length * share))).Should().BeFalse();
        }
    }

    /// <summary>A scan of a page as a PDF holds it.</summary>
    internal static byte[] Scan() =>
    [
        .. Segment(0, PageInformation, new byte[19]),
        .. Segment(1, SymbolDictionary, new byte[700]),
        .. Segment(2, TextRegion, new byte[300], references: [1]),
        .. Segment(3, GenericRegion, new byte[5_000]),
        .. Segment(300, TextRegion, new byte[300], references: [1, 2, 3, 1, 2, 3]),
        .. Segment(301, EndOfPage, []),
    ];

    private static byte[] Segment(int number, byte kind, byte[] data, int? length = null, params byte[] references)
    {
        // One byte a reference up to number 256, then two; more than four are counted apart.
        byte[] count = references.Length <= 4 ? [(byte)(references.Length << 5)] : [.. Long(references.Length | (7 << 29)), 0];
        byte[] refers = number <= 256 ? references : [.. references.SelectMany(reference => (byte[])[0, reference])];
        return [.. Long(number), kind, .. count, .. refers, 1, .. Long(length ?? data.Length), .. data];
    }

    private static byte[] Long(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

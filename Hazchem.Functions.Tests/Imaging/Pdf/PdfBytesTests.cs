using System.Text;
using Hazchem.Functions.Imaging.Pdf;

namespace Hazchem.Functions.Tests.Imaging.Pdf;

public sealed class PdfBytesTests
{
    [Theory]
    [InlineData("/Width 8/DecodeParms<</K -1>>", false)]
    [InlineData("/Decode[0.0 1.0]/Filter/JBIG2Decode", false)]
    [InlineData("/Decode [ 0 1 0 1 0 1 ]", false)]
    [InlineData("/Decode[1 0]", true)]
    [InlineData("/Decode[0 1]/Decode[1 0]", true)]
    [InlineData("/Decode[0 255]", true)]
    [InlineData("/Decode[0 1 0]", true)]
    [InlineData("/Decode[0 1", true)]
    [InlineData("/Decode 9 0 R", true)]
    [InlineData("/ImageMask true", true)]
    public void Pictures_may_be_altered_by_keys_that_change_what_their_points_mean(string dictionary, bool expected)
    {
        PdfBytes.MayAlterPictures(Encoding.Latin1.GetBytes($"<<{dictionary}>>")).Should().Be(expected);
    }
}

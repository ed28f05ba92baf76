using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class TurningTests
{
    [Theory]
    [InlineData(Enums.Interpretation.Srgb)]
    [InlineData(Enums.Interpretation.Bw)]
    public void Picture_of_every_orientation_becomes_what_libvips_makes_of_it(Enums.Interpretation interpretation)
    {
        // More rows than are read at once, and as many as leave some over.
        using var scene = Pictures.Open(SamplePictures.Png(1, 1231, 701));
        using var coloured = scene.Colourspace(interpretation);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var number = orientation;
            using var stored = coloured.Mutate(image => image.Set(GValue.GIntType, PageImage.OrientationField, number));
            using var expected = stored.Autorot();

            using var turned = Turning.Apply(stored, orientation, TestContext.Current.CancellationToken);

            (turned.Width, turned.Height, turned.Interpretation).Should().Be((expected.Width, expected.Height, interpretation));
            turned.WriteToMemory<byte>().Should().Equal(expected.WriteToMemory<byte>(), "orientation {0}", orientation);
        }
    }
}

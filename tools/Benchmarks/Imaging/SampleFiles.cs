using Hazchem.Samples;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>The project's own photos and scans, for whoever has none: made for the run, the same each time.</summary>
internal static class SampleFiles
{
    public static DirectoryInfo WritePhotos(DirectoryInfo parent)
    {
        var folder = parent.CreateSubdirectory("photos");
        (int Width, int Height)[] sizes = [(1600, 1200), (3000, 2000), (3264, 2448), (4032, 3024), (4624, 3468), (6000, 4000), (8000, 6000)];
        for (var i = 0; i < sizes.Length; i++)
        {
            var (width, height) = sizes[i];
            Write(folder, $"s{i + 1:00}_{width}x{height}.jpg", SamplePictures.DetailedPhoto(seed: i + 1, width, height));
        }

        return folder;
    }

    public static DirectoryInfo WriteDocuments(DirectoryInfo parent)
    {
        var folder = parent.CreateSubdirectory("documents");
        Write(folder, "s21_shadow.jpg", SamplePictures.ShadowedPage(seed: 21));
        Write(folder, "s22_shadow_300dpi.jpg", SamplePictures.ShadowedPage(seed: 22, 2481, 3508));
        Write(folder, "s23_grey_3_pages.tif", SamplePictures.GreyScan(seed: 23, pages: 3));
        Write(folder, "s24_photo_of_nothing_written.jpg", SamplePictures.DetailedPhoto(seed: 24, 2480, 1748));
        return folder;
    }

    private static void Write(DirectoryInfo folder, string name, byte[] content) =>
        File.WriteAllBytes(Path.Combine(folder.FullName, name), content);
}

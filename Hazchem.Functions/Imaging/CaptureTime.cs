using System.Globalization;

namespace Hazchem.Functions.Imaging;

/// <summary>When a picture was taken, by its EXIF.</summary>
internal static class CaptureTime
{
    /// <summary>
    /// The time, where it is known without guessing: with EXIF's own offset if there is one, else in
    /// <paramref name="zone"/>, unless that hour came twice there or never.
    /// </summary>
    /// <param name="taken">EXIF's DateTimeOriginal, such as <c>2026:07:01 12:00:00</c>.</param>
    /// <param name="offset">EXIF's OffsetTimeOriginal, such as <c>+01:00</c>.</param>
    public static DateTimeOffset? Read(string? taken, string? offset, TimeZoneInfo zone)
    {
        // A camera whose clock was never set says 0000, 1970 or 1980; in the year 9999 an offset leads out of the calendar.
        if (!DateTime.TryParseExact(
                taken?.Trim('\0', ' '),
                "yyyy:MM:dd HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var local)
            || local.Year is < 1990 or > 9998)
        {
            return null;
        }

        var said = offset?.Trim('\0', ' ');
        if (!string.IsNullOrEmpty(said))
        {
            return ReadOffset(said) is { } known ? new DateTimeOffset(local, known) : null;
        }

        return zone.IsAmbiguousTime(local) || zone.IsInvalidTime(local)
            ? null
            : new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static TimeSpan? ReadOffset(string offset)
    {
        if (offset == "Z")
        {
            return TimeSpan.Zero;
        }

        if (offset.Length != 6
            || offset[0] is not ('+' or '-')
            || !TimeSpan.TryParseExact(offset[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var size)
            || size > TimeSpan.FromHours(14))
        {
            return null;
        }

        return offset[0] == '-' ? -size : size;
    }
}

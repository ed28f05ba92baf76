using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hazchem.Simulator;

/// <summary>
/// Cursors carry where a listing stands, so that one never given out can be told from one that has expired.
/// </summary>
internal sealed class Cursors
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private int _epoch;

    public void ExpireAll() => Interlocked.Increment(ref _epoch);

    public string Issue(Cursor cursor, DateTimeOffset now)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{_epoch}\n{now.UtcTicks}\n{cursor.Depot}\n{cursor.ChangedSince.UtcTicks}\n{cursor.AfterTime.UtcTicks}\n{cursor.AfterId}");
        var payload = Encoding.UTF8.GetBytes(text);
        return Base64Url.EncodeToString([.. Seal(payload), .. payload]);
    }

    /// <param name="expired">Whether it was given out, but no longer counts.</param>
    public bool TryRead(string text, DateTimeOffset now, [NotNullWhen(true)] out Cursor? cursor, out bool expired)
    {
        cursor = null;
        expired = false;
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > 16 } bytes
            || !CryptographicOperations.FixedTimeEquals(Seal(bytes.AsSpan(16)), bytes.AsSpan(0, 16)))
        {
            return false;
        }

        var fields = Encoding.UTF8.GetString(bytes, 16, bytes.Length - 16).Split('\n', 6);
        var issued = Time(fields[1]);
        expired = int.Parse(fields[0], CultureInfo.InvariantCulture) != _epoch || now - issued >= Lifetime;
        cursor = new Cursor(fields[2], Time(fields[3]), Time(fields[4]), fields[5]);
        return true;
    }

    private static DateTimeOffset Time(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);

    private byte[] Seal(ReadOnlySpan<byte> payload) => HMACSHA256.HashData(_secret, payload)[..16];
}

/// <summary>Where a depot's listing stands: after this document.</summary>
internal sealed record Cursor(string Depot, DateTimeOffset ChangedSince, DateTimeOffset AfterTime, string AfterId);

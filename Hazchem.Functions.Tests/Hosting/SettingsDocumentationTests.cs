using System.Globalization;
using Hazchem.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.Hosting;

/// <summary>
/// Holds the README's settings table to the code: what the code asks the configuration for is recorded, and what the
/// table says of defaults and ranges is given to the code.
/// </summary>
public sealed class SettingsDocumentationTests
{
    private static readonly Dictionary<string, string> Minimal = new()
    {
        ["DocumentStorage"] = "UseDevelopmentStorage=true",
        ["Hazchem:BaseUrl"] = "https://hazchem.example/",
        ["Hazchem:Depots:045:ApiKey"] = "a-key",
    };

    [Fact]
    public void Table_is_compared_with_the_code_has_each_setting_that_is_read_and_no_other()
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Read(Minimal, asked);

        // Each way to name the storage account asks for settings of its own.
        Read(With(("DocumentStorage", ""), ("DocumentStorage:accountName", "account")), asked);
        Read(
            With(
                ("DocumentStorage", ""),
                ("DocumentStorage:blobServiceUri", "https://account.blob.core.windows.net"),
                ("DocumentStorage:queueServiceUri", "https://account.queue.core.windows.net"),
                ("DocumentStorage:tableServiceUri", "https://account.table.core.windows.net")),
            asked);

        // The older way to write a connection string in settings, which the Functions host has too.
        asked.Remove("ConnectionStrings__DocumentStorage");

        // The client library reads more of that section than the table has.
        const string Account = "DocumentStorage__";
        var documented = SettingRow.ReadAll().Select(row => row.Name.Replace("<code>", "045", StringComparison.Ordinal)).ToList();
        asked.Should().Contain(documented);
        asked.Where(name => !name.StartsWith(Account, StringComparison.Ordinal)).Should().BeSubsetOf(documented);
    }

    [Fact]
    public void Table_gives_a_default_that_is_written_out_starts_as_if_it_were_left_out()
    {
        var defaults = SettingRow.ReadAll().Where(row => row.Default.Length > 0).ToArray();
        defaults.Should().NotBeEmpty();

        var given = Read(With([.. defaults.Select(row => (Key(row.Name), row.Default))]), []);

        given.Should().BeEquivalentTo(Read(Minimal, []), compare => compare.ComparingRecordsByMembers());
    }

    [Fact]
    public void Table_gives_a_range_both_ends_are_taken_and_nothing_beyond_them()
    {
        var ranges = SettingRow.ReadAll().Where(row => row.Least.Length > 0).ToArray();
        ranges.Should().NotBeEmpty();

        foreach (var row in ranges)
        {
            foreach (var (value, fits) in new[] { (row.Least, true), (row.Most, true), (Next(row.Least, -1), false), (Next(row.Most, +1), false) })
            {
                var reading = () => Read(With((Key(row.Name), value)), []);
                if (fits)
                {
                    reading.Should().NotThrow("{0} may be {1}", row.Name, value);
                }
                else
                {
                    reading.Should().Throw<SettingsException>("{0} may not be {1}", row.Name, value)
                        .Which.SettingName.Should().Be(row.Name);
                }
            }
        }
    }

    private static string Key(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    private static Dictionary<string, string> With(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(Minimal);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }

    /// <summary>A value just outside an end of a range, written as the table writes it.</summary>
    private static string Next(string end, int direction) =>
        end.Contains(':', StringComparison.Ordinal)
            ? (TimeSpan.Parse(end, CultureInfo.InvariantCulture) + TimeSpan.FromTicks(direction)).ToString("c", CultureInfo.InvariantCulture)
            : (decimal.Parse(end, CultureInfo.InvariantCulture) + (direction * (end.Contains('.', StringComparison.Ordinal) ? 0.01m : 1)))
                .ToString(CultureInfo.InvariantCulture);

    private static object[] Read(IReadOnlyDictionary<string, string> settings, HashSet<string> asked)
    {
        var memory = new MemoryConfigurationSource
        {
            InitialData = settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
        };
        var configuration = new ConfigurationRoot([new Recorder(memory, asked)]);
        return [.. new ServiceCollection().AddApp(configuration).Select(service => service.ImplementationInstance).Where(IsSettings)!];
    }

    private static bool IsSettings(object? instance) =>
        instance?.GetType() is { Namespace: { } folder, Name: var name }
        && folder.StartsWith("Hazchem.Functions.", StringComparison.Ordinal)
        && (name.EndsWith("Settings", StringComparison.Ordinal) || name.EndsWith("Options", StringComparison.Ordinal));

    /// <summary>Settings in memory that remember what was asked for, as an environment variable is written.</summary>
    private sealed class Recorder(MemoryConfigurationSource source, HashSet<string> asked)
        : MemoryConfigurationProvider(source)
    {
        public override bool TryGet(string key, out string? value)
        {
            asked.Add(key.Replace(":", "__", StringComparison.Ordinal));
            return base.TryGet(key, out value);
        }
    }
}

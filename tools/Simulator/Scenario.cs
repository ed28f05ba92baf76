using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hazchem.Simulator;

/// <summary>The file that a simulator starts with. docs/simulator.md has an example.</summary>
internal sealed record Scenario
{
    /// <summary>Keys by depot code.</summary>
    public IReadOnlyDictionary<string, string> Depots { get; init; } = new Dictionary<string, string>();

    /// <summary>Consignments by number.</summary>
    public IReadOnlyDictionary<string, ControlConsignment> Consignments { get; init; } = new Dictionary<string, ControlConsignment>();

    public IReadOnlyList<PublishedDocument> Documents { get; init; } = [];

    public SimulatorSettings Settings { get; init; } = new();

    /// <summary>Reads a file; each document's <c>file</c> is relative to it and becomes its content.</summary>
    /// <exception cref="InvalidDataException">The file is not a scenario; the message says where.</exception>
    public static async Task<Scenario> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            var root = await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken);
            foreach (var document in (root?["documents"] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (document.Remove("file", out var path))
                {
                    var content = await File.ReadAllBytesAsync(Path.Combine(file.DirectoryName!, path!.GetValue<string>()), cancellationToken);
                    document["content"] = Convert.ToBase64String(content);
                }
            }

            return root.Deserialize<Scenario>(SimulatorJson.Options) ?? throw new InvalidDataException("The scenario is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <exception cref="ArgumentException">Something in it is not sound.</exception>
    public void ApplyTo(HazchemNetwork network)
    {
        Settings.ApplyTo(network);
        foreach (var (code, key) in Depots)
        {
            network.AddDepot(code, key);
        }

        foreach (var (number, roles) in Consignments)
        {
            network.AddConsignment(number, roles.Requesting, roles.Collection, roles.Delivery);
        }

        foreach (var document in Documents)
        {
            network.Publish(document);
        }
    }
}

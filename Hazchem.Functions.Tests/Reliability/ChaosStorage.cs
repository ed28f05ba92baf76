using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// Azurite with a proxy before each of its services, through which the app goes and nobody else: it makes the faults
/// that a storage account has, and shows blobs as old as they would be had the time passed.
/// </summary>
/// <remarks>A signature with the shared key covers the path and not the host, so a request is good at both ports.</remarks>
internal sealed partial class ChaosStorage : IAsyncDisposable
{
    private const double FaultRate = 0.08;

    /// <summary>Those of the partner's clock, and those that the documents themselves have.</summary>
    private static readonly string[] TimesOfOthers =
    [
        "Timestamp", "Cursor", "HandledOverflowUntil",
        DocumentColumns.AvailableAt, DocumentColumns.CapturedAt, DocumentColumns.HazchemReceivedAt,
    ];

    private readonly AzuriteProcess azurite;
    private readonly List<WebApplication> proxies = [];
    private readonly List<(DateTimeOffset At, TimeSpan By)> travels = [];
    private readonly Lock gate = new();
    private readonly Random random;
    private readonly HttpClient client = new(new AzureLimits(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    }));

    private volatile bool faulty;
    private volatile bool gone;

    private ChaosStorage(AzuriteProcess azurite, int seed)
    {
        this.azurite = azurite;
        random = new Random(seed);
    }

    private enum Fault
    {
        None,
        ErrorBefore,
        BusyBefore,
        ResetBefore,
        ErrorAfter,
        BusyAfter,
        ResetAfter,
        Slow,
    }

    /// <summary>Past the proxies: the TMS's, the host's and the test's.</summary>
    public string ConnectionString => azurite.ConnectionString;

    /// <summary>Through the proxies: the app's.</summary>
    public string FaultyConnectionString { get; private set; } = "";

    public int FaultsMade { get; private set; }

    /// <summary>Whether requests fail now and then.</summary>
    public bool Faulty
    {
        get => faulty;
        set => faulty = value;
    }

    /// <summary>Whether every connection breaks.</summary>
    public bool Gone
    {
        get => gone;
        set => gone = value;
    }

    public static async Task<ChaosStorage> StartAsync(AzuriteProcess azurite, int seed, CancellationToken cancellationToken)
    {
        var storage = new ChaosStorage(azurite, seed);
        var blobs = await storage.ProxyAsync(azurite.BlobPort, cancellationToken);
        var queues = await storage.ProxyAsync(azurite.QueuePort, cancellationToken);
        var tables = await storage.ProxyAsync(azurite.TablePort, cancellationToken);
        storage.FaultyConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={AzuriteProcess.AccountName};AccountKey={AzuriteProcess.AccountKey};" +
            $"BlobEndpoint={blobs}{AzuriteProcess.AccountName};QueueEndpoint={queues}{AzuriteProcess.AccountName};TableEndpoint={tables}{AzuriteProcess.AccountName};";
        return storage;
    }

    /// <summary>
    /// Makes everything that the app has written down that much older. Only while the app does not run: the rows get
    /// new ETags.
    /// </summary>
    public async Task TravelAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            travels.Add((TimeProvider.System.GetUtcNow(), by));
        }

        var service = new TableServiceClient(ConnectionString);
        foreach (var name in new[] { StorageNames.ConsignmentDocumentsTable, StorageNames.OutboundWaitingTable, StorageNames.DepotStateTable })
        {
            var table = service.GetTableClient(name);
            await table.CreateIfNotExistsAsync(cancellationToken);
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            {
                var older = new TableEntity(row.PartitionKey, row.RowKey);
                foreach (var (column, value) in row)
                {
                    if (value is DateTimeOffset time && time.Year > 2000 && !TimesOfOthers.Contains(column))
                    {
                        older[column] = time - by;
                    }
                }

                await table.UpdateEntityAsync(older, row.ETag, TableUpdateMode.Merge, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }

        client.Dispose();
    }

    private async Task<Uri> ProxyAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var proxy = builder.Build();
        proxies.Add(proxy);
        proxy.Run(context => AnswerAsync(context, port));
        await proxy.StartAsync(cancellationToken);
        return new Uri(proxy.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First() + "/");
    }

    private async Task AnswerAsync(HttpContext context, int port)
    {
        if (gone)
        {
            context.Abort();
            return;
        }

        var fault = Draw(out var slowness);
        switch (fault)
        {
            case Fault.ErrorBefore:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case Fault.BusyBefore:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            case Fault.ResetBefore:
                context.Abort();
                return;
            case Fault.Slow:
                await Task.Delay(slowness, context.RequestAborted);
                break;
        }

        // Once it is read to its end the operation takes place, even if the app is killed meanwhile.
        using var request = await ReadAsync(context, port);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
        switch (fault)
        {
            case Fault.ErrorAfter:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case Fault.BusyAfter:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            case Fault.ResetAfter:
                context.Abort();
                return;
        }

        await WriteAsync(context, answer);
    }

    private Fault Draw(out TimeSpan slowness)
    {
        lock (gate)
        {
            slowness = TimeSpan.FromMilliseconds(random.Next(100, 1500));
            if (!faulty || random.NextDouble() >= FaultRate)
            {
                return Fault.None;
            }

            FaultsMade++;
            return (Fault)random.Next((int)Fault.ErrorBefore, (int)Fault.Slow + 1);
        }
    }

    private static async Task<HttpRequestMessage> ReadAsync(HttpContext context, int port)
    {
        // As it was signed, with its escapes.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(
                string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{target}"),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count > 0)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!IsOfTheConnection(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return request;
    }

    private async Task WriteAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!IsOfTheConnection(name))
            {
                context.Response.Headers[name] = name == "Last-Modified" ? Older(values.Single()) : values.ToArray();
            }
        }

        if (HttpMethods.IsHead(context.Request.Method) || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        var body = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (context.Request.Query["comp"] == "list")
        {
            body = System.Text.Encoding.UTF8.GetBytes(LastModified().Replace(System.Text.Encoding.UTF8.GetString(body), found => Older(found.Value)));
        }

        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private string Older(string lastModified)
    {
        var time = DateTimeOffset.ParseExact(lastModified, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        lock (gate)
        {
            var by = travels.Where(travel => travel.At > time).Aggregate(TimeSpan.Zero, (sum, travel) => sum + travel.By);
            return (time - by).ToString("R", CultureInfo.InvariantCulture);
        }
    }

    private static bool IsOfTheConnection(string header) =>
        header.ToUpperInvariant() is "CONNECTION" or "KEEP-ALIVE" or "TRANSFER-ENCODING" or "EXPECT" or "CONTENT-LENGTH";

    [GeneratedRegex("(?<=<Last-Modified>)[^<]+(?=</Last-Modified>)")]
    private static partial Regex LastModified();
}

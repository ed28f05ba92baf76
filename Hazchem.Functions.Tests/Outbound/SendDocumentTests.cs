using System.Security.Cryptography;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Reliability;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

/// <summary>One document the whole way, with real storage and a simulator over HTTP.</summary>
public sealed class SendDocumentTests
{
    private const string Name = "045/HZ1/delivery-image/IMG_0001.jpg";

    private static readonly byte[] Photo = SamplePictures.Photo(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_photo_arrivesAndIsRecordedToldAndArchived()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo, ("reference", "TMS-7"), ("capturedat", "2026-11-22T14:03:07Z"));

        var received = app.Network.Received.Should().ContainSingle().Which;
        (received.Depot, received.Consignment, received.DocumentType, received.FileName, received.ContentType)
            .Should().Be(("045", "HZ1", "DELIVERY_IMAGE", "IMG_0001.jpg", "image/jpeg"));
        received.CapturedAt.Should().Be(new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.Zero));

        var row = await app.DocumentAsync();
        row.PartitionKey.Should().Be("HZ1");
        row.RowKey.Should().Be($"outbound_delivery-image_045_{Hex(Photo)}");
        row.GetString("State").Should().Be("Sent");
        row.GetString("HazchemDocumentId").Should().Be(received.DocumentId);
        row.GetString("Reference").Should().Be("TMS-7");
        row.GetInt64("OriginalBytes").Should().Be(Photo.Length);
        row.GetInt64("SentBytes").Should().Be(received.Length);
        row.GetString("SentSha256").Should().Be(received.Sha256);
        row.GetString("Blob").Should().Be($"sent/045/HZ1/delivery-image/{Hex(Photo)[..16]}-IMG_0001.jpg");
        (await app.ReadAsync(row.GetString("Blob"))).Should().Equal(Photo);
        (await app.ListAsync("outbound")).Should().BeEmpty();

        var told = (await app.EventsAsync()).Should().ContainSingle().Which;
        told.GetProperty("outcome").GetString().Should().Be("Sent");
        told.GetProperty("version").GetInt32().Should().Be(1);
        told.GetProperty("blob").GetString().Should().Be(row.GetString("Blob"));
        told.GetProperty("reference").GetString().Should().Be("TMS-7");
        told.GetProperty("hazchemDocumentId").GetString().Should().Be(received.DocumentId);
        var activity = (await app.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle().Which;
        activity.GetString("Id").Should().Be(told.GetProperty("id").GetString());
        activity.PartitionKey.Should().StartWith("045_");
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_noTrouble_costsSevenStorageOperations()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);
        app.StorageCalls.Operations.Clear();

        await app.SendAsync(Name);

        app.StorageCalls.Operations.Should().HaveCountLessThanOrEqualTo(7);
        app.Network.Requests.Total.Should().Be(1);
    }

    [Theory]
    [InlineData("045/HZ1/delivery-image/délivery note (1) & 2%.jpg")]
    [InlineData("045/HZ1/delivery-image/a+b#c?d.jpg")]
    [InlineData("045/HZ1/delivery-image/\"quoted\" 'name'.jpg")]
    [InlineData("045/HZ1/delivery-image/%41%2F..jpg")]
    [InlineData("045/hz1/delivery-image/photo")]
    [InlineData("045/HZ1/delivery-image/照片 😀.jpg")]
    public async Task Send_anyFileName_arrives(string name)
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(name, Photo);

        app.Network.Received.Should().ContainSingle().Which.FileName
            .Should().Be(Path.GetFileNameWithoutExtension(name.Split('/')[3]) + ".jpg");
        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Sent");
        (await app.ReadAsync(row.GetString("Blob"))).Should().Equal(Photo);
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_nameOf900Characters_arrives()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        var name = "045/HZ1/delivery-image/".PadRight(896, 'n') + ".jpg";
        await app.DropAndSendAsync(name, Photo);

        app.Network.Received.Should().ContainSingle().Which.FileName.Should().HaveLength(255).And.EndWith("n.jpg");
        (await app.ReadAsync((await app.DocumentAsync()).GetString("Blob"))).Should().Equal(Photo);
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("nonsense.txt", "0 slashes")]
    [InlineData("45/HZ1/pod/a.jpg", "three-digit")]
    [InlineData("045/HZ1/invoice/a.jpg", "delivery-image, cop or pod")]
    [InlineData("045/HZ 1/pod/a.jpg", "' '")]
    [InlineData("045/HZ1/pod/sub/dir/a.jpg", "5 slashes")]
    public async Task Send_nameThatDoesNotFit_isRefusedAndKept(string name, string reason)
    {
        await using var app = await AppHarness.StartAsync();
        await app.DropAndSendAsync(name, Photo, ("reference", "TMS-8"));

        var row = await app.DocumentAsync();
        row.PartitionKey.Should().Be("~unaddressed");
        await ShouldBeRefusedAsync(app, row, Photo, reason);
        row.GetString("Blob").Should().StartWith("not-sent/unaddressed/");
        app.Network.Requests.Total.Should().Be(0);
    }

    [Fact]
    public async Task Send_nameOfOver900Characters_isRefusedAndKept()
    {
        await using var app = await AppHarness.StartAsync();
        await app.DropAndSendAsync("045/HZ1/pod/" + new string('n', 1000), Photo);
        await ShouldBeRefusedAsync(app, await app.DocumentAsync(), Photo, "1012 characters; 900 are allowed");
    }

    [Theory]
    [InlineData("046/HZ1/pod/a.jpg", "not one of ours (045, 047)")]
    [InlineData("045/HZ1/cop/a.tif", "only unsigned paperwork travels", "signed", "true")]
    [InlineData("045/HZ1/cop/a.tif", "only the requesting or the collection depot", "depotrole", "delivery")]
    public async Task Send_againstTheRules_isRefusedWithoutAskingHazchem(string name, string reason, string? key = null, string? value = null)
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(name, Photo, key is null ? [] : [(key, value!)]);

        await ShouldBeRefusedAsync(app, await app.DocumentAsync(), Photo, reason);
        app.Network.Requests.Total.Should().Be(0);
    }

    [Fact]
    public async Task Send_copOfAConsignmentThatWeOnlyDeliver_isRefusedByHazchem()
    {
        await using var app = await AppHarness.StartAsync();
        app.Network.AddConsignment("HZ2", requesting: "046", collection: "046", delivery: "045");
        var scan = SamplePictures.Scan(1, pages: 2);
        await app.DropAndSendAsync("045/HZ2/cop/a.tif", scan);

        await ShouldBeRefusedAsync(app, await app.DocumentAsync(), scan, "403");
        app.Network.Received.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(NoPictures))]
    public async Task Send_noPicture_isRefusedAndKept(byte[] content, string reason)
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, content);
        await ShouldBeRefusedAsync(app, await app.DocumentAsync(), content, reason);
        app.Network.Requests.Total.Should().Be(0);
    }

    public static TheoryData<byte[], string> NoPictures => new()
    {
        { [], "empty" },
        { SamplePictures.NotAPicture(), "no picture" },
        { Photo[..(Photo.Length / 2)], "damaged or incomplete" },
        { SamplePictures.Scan(1, pages: 2), "send it as a POD" },
    };

    [Fact]
    public async Task Send_largerThanTheAppTakes_isRefusedAndKeptWithoutBeingHeld()
    {
        await using var app = await AppHarness.StartAsync(("Imaging__MaxInputBytes", "100000"));
        app.Announce("HZ1");
        var large = SamplePictures.LargePhoto(1);
        await app.DropAndSendAsync(Name, large);
        await ShouldBeRefusedAsync(app, await app.DocumentAsync(), large, "100,000 are taken");
    }

    [Fact]
    public async Task Send_blobDeletedBeforeItIsRead_isNothing()
    {
        await using var app = await AppHarness.StartAsync();
        await app.SendAsync(Name);
        (await app.DocumentsAsync()).Should().BeEmpty();
        (await app.EventsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_overwrittenWhileItIsSent_bothArriveInTurn()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);
        var second = SamplePictures.Photo(2);
        var overwritten = false;
        app.StorageCalls.Before = request =>
        {
            // The first write of the row is the claim: by then the app has read the blob.
            if (!overwritten && request.Uri.Path.Contains("ConsignmentDocuments", StringComparison.Ordinal))
            {
                overwritten = true;
                app.DropAsync(Name, second).GetAwaiter().GetResult();
            }
        };
        await app.SendAsync(Name);

        (await app.ListAsync("outbound")).Should().Equal(Name);
        await app.SendAsync(Name);
        (await app.ListAsync("outbound")).Should().BeEmpty();
        app.Network.Received.Should().HaveCount(2);
        var rows = await app.DocumentsAsync();
        rows.Should().HaveCount(2).And.OnlyContain(row => row.GetString("State") == "Sent");
        (await Task.WhenAll(rows.Select(row => app.ReadAsync(row.GetString("Blob"))))).Should().BeEquivalentTo(new[] { Photo, second });
    }

    [Fact]
    public async Task Send_samePictureTwice_isSentOnceAndSaidSo()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo);
        await app.DropAndSendAsync(Name, Photo, ("reference", "second"));

        app.Network.Received.Should().ContainSingle();
        (await app.DocumentAsync()).GetInt32("Repeats").Should().Be(1);
        (await app.ListAsync("outbound")).Should().BeEmpty();
        var events = await app.EventsAsync();
        events.Should().HaveCount(2);
        events[1].GetProperty("reference").GetString().Should().Be("second");
        events[1].GetProperty("reason").GetString().Should().Contain("sent before");
        events[1].GetProperty("id").GetString().Should().NotBe(events[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Send_samePictureUnderTwoNames_isSentOnceAndBothAreKept()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/pod/a.jpg", Photo);
        await app.DropAndSendAsync("045/HZ1/pod/b.jpg", Photo);

        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("sent")).Should().BeEquivalentTo($"045/HZ1/pod/{Hex(Photo)[..16]}-a.jpg", $"045/HZ1/pod/{Hex(Photo)[..16]}-b.jpg");
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_samePictureUnderTwoNamesAtOnce_isSentOnceAndTheSweepClearsTheOther()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync("045/HZ1/pod/a.jpg", Photo);
        await app.DropAsync("045/HZ1/pod/b.jpg", Photo);
        await Task.WhenAll(app.SendAsync("045/HZ1/pod/a.jpg"), app.SendAsync("045/HZ1/pod/b.jpg"));
        await app.SweepAsync(TimeSpan.FromMinutes(2));

        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("outbound")).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_samePictureUnderTwoNamesWhoseFirstIsGivenUp_isSentAgainOnlyWhenDroppedAfterThat()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync("045/HZ1/pod/a.jpg", Photo);
        await app.DropAsync("045/HZ1/pod/b.jpg", Photo);

        // Each owner is killed when Hazchem has the document.
        app.HazchemCalls.After = (_, _) => throw new CrashedException();
        await FluentActions.Awaiting(() => app.SendAsync("045/HZ1/pod/a.jpg")).Should().ThrowAsync<CrashedException>();
        for (var sweep = 0; sweep < 6; sweep++)
        {
            await app.SweepAsync(TimeSpan.FromMinutes(7));
        }

        app.Network.Received.Should().ContainSingle();
        var row = await app.DocumentAsync();
        (row.GetString("State"), row.GetInt32("Repeats")).Should().Be(("Failed", 1));
        row.GetString("Reason").Should().Contain("may have arrived");
        (await app.ListAsync("not-sent")).Should().HaveCount(2);
        (await app.ListAsync("outbound")).Should().BeEmpty();

        // Two owners may tell the same outcome before one of them loses the row; a repeat has the same id.
        var told = (await app.EventsAsync()).DistinctBy(e => e.GetProperty("id").GetString()).ToList();
        told.Select(e => e.GetProperty("outcome").GetString()).Should().Equal("NotSent", "NotSent");
        told[1].GetProperty("reason").GetString().Should().Contain("before its outcome was known").And.Contain("may have arrived");

        app.HazchemCalls.After = null;
        app.Time.Advance(TimeSpan.FromHours(1));
        await app.DropAndSendAsync("045/HZ1/pod/c.jpg", Photo);
        app.Network.Received.Should().HaveCount(2, "somebody has decided that");
    }

    [Fact]
    public async Task Send_samePictureByTwoDepots_isSentByEach()
    {
        await using var app = await AppHarness.StartAsync();
        app.Network.AddConsignment("HZ3", requesting: "045", collection: "047", delivery: "046");
        await app.DropAndSendAsync("045/HZ3/pod/a.jpg", Photo);
        await app.DropAndSendAsync("047/HZ3/pod/a.jpg", Photo);

        app.Network.Received.Select(document => document.Depot).Should().BeEquivalentTo("045", "047");
        (await app.DocumentsAsync()).Should().HaveCount(2).And.OnlyContain(row => row.GetString("State") == "Sent");
    }

    [Fact]
    public async Task Send_redeliveredAfterItWasSent_isNothing()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo);
        await app.SendAsync(Name);
        app.Network.Received.Should().ContainSingle();
        (await app.EventsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Send_tighterLimitAtHazchem_isMetAtOnceWhetherOrNotTheKeyIsUsedUp()
    {
        foreach (var usedUp in new[] { false, true })
        {
            await using var app = await AppHarness.StartAsync();
            app.Announce("HZ1");
            app.Network.Limits = new SizeLimits { DeliveryImage = 120_000 };
            app.Network.RefusedAttemptsUseUpTheirKey = usedUp;
            await app.DropAndSendAsync(Name, SamplePictures.LargePhoto(3));

            app.Network.Received.Should().ContainSingle().Which.Length.Should().BeLessThanOrEqualTo(120_000);
            (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        }
    }

    [Fact]
    public async Task Send_hazchemDown_waitsAndTheSweepSendsItWhenDue()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync(Name, Photo);
        (await app.DocumentAsync()).GetString("State").Should().Be("Waiting");
        (await app.ListAsync("outbound")).Should().Equal(Name);
        (await app.EventsAsync()).Should().BeEmpty();

        app.Network.Faults = FaultPlan.None;
        app.Network.Requests.Reset();
        await app.SweepAsync(TimeSpan.FromSeconds(30));
        app.Network.Requests.Total.Should().Be(0);

        await app.SweepAsync(TimeSpan.FromSeconds(31));
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        (await app.ListAsync("outbound")).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
        app.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_depotWithoutAUsableKey_waitsAndTheOthersGoOn()
    {
        await using var app = await AppHarness.StartAsync(("Hazchem__Depots__047__ApiKey", "@Microsoft.KeyVault(SecretUri=https://x)"));
        app.Network.AddConsignment("HZ3", requesting: "045", collection: "047", delivery: "046");
        await app.DropAndSendAsync("047/HZ3/pod/a.jpg", Photo);
        await app.DropAndSendAsync("045/HZ3/pod/a.jpg", Photo);

        app.Network.Received.Should().ContainSingle().Which.Depot.Should().Be("045");
        var waiting = (await app.DocumentsAsync()).Single(row => row.GetString("Depot") == "047");
        waiting.GetString("State").Should().Be("Waiting");
        waiting.GetString("Reason").Should().Contain("Hazchem__Depots__047__ApiKey").And.NotContain("SecretUri");
    }

    [Theory]
    [InlineData("reference", "Müller & Söhne")]
    [InlineData("depotrole", "requesting\u200b")]
    public async Task Sent_withMetadataThatNoHeaderTakes_isArchivedWithoutThem(string name, string value)
    {
        await using var app = await AppHarness.StartAsync();
        DropName.TryParse(Name, out var dropName, out _).Should().BeTrue();
        var file = new DroppedFile
        {
            Drop = Drop.Of(Name, "1"),
            Name = dropName,
            Metadata = DropMetadata.Of([new("signed", "yes"), new(name, value)]),
            DroppedAt = app.Time.GetUtcNow(),
            Length = Photo.Length,
            Sha256 = Sha256Hash.Of(Photo),
            Content = Photo,
        };

        await new DropBox(app.Storage, new ImagingOptions { TimeZone = TimeZoneInfo.Utc }).ArchiveAsync(
            file, new OutboundWrite.Archive(StorageNames.SentContainer, "045/a.jpg"), Cancellation);

        (await app.ReadAsync("sent/045/a.jpg")).Should().Equal(Photo);
        (await MetadataAsync(app, "045/a.jpg")).Should().Contain("signed", "true").And.NotContainKey(name);
    }

    [Fact]
    public async Task Sent_withAllMetadataThatADropTakes_isArchivedWithinTheirLimit()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        var name = $"045/HZ1/delivery-image/{new string('ü', 600)}.jpg";
        await app.DropAndSendAsync(
            name, Photo, ("reference", new string('r', 256)), ("depotrole", new string('o', 4_500)), ("capturedat", "2026-11-22T14:03:07Z"));

        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        var archived = (await app.ListAsync("sent")).Should().ContainSingle().Which;
        (await MetadataAsync(app, archived)).Sum(said => said.Key.Length + said.Value.Length).Should().BeLessThan(8 * 1024);
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_capturedBeforeAnyTableBegins_isSentWithoutThatTime()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");

        await app.DropAndSendAsync(Name, Photo, ("capturedat", "0001-01-01T00:00:00Z"));

        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Sent");
        row.GetString("Note").Should().Contain("capturedat");
    }

    [Fact]
    public async Task Send_photoBehindEightLongScans_isOverBeforeTheyAre()
    {
        await using var app = await AppHarness.StartAsync(
            ("Outbound__MemoryMegabytes", "64"), ("Outbound__MemoryWait", "00:01:00"), ("Imaging__MaxTotalMegapixels", "40"));
        app.Announce("HZ1");
        var images = new ImageConverter(Imaging.Pictures.Options with { MaxTotalMegapixels = 40 });
        var first = await app.Memory.TakeForConversionAsync(SamplePictures.GreyScan(1), images, Cancellation);
        var scans = Enumerable.Range(1, 7).Select(i => app.DropAndSendAsync($"045/HZ1/cop/{i}.tif", SamplePictures.GreyScan(10 * i))).ToList();

        await app.DropAndSendAsync(Name, Photo);

        app.Network.Received.Should().ContainSingle();
        scans.Should().OnlyContain(scan => !scan.IsCompleted);
        first!.Dispose();
        await Task.WhenAll(scans);
        await app.SweepAsync(TimeSpan.FromMinutes(2));
        app.Network.Received.Should().HaveCount(8);
    }

    private static async Task<IDictionary<string, string>> MetadataAsync(AppHarness app, string name) =>
        (await app.Storage.Sent.GetBlobClient(name).GetPropertiesAsync(cancellationToken: Cancellation)).Value.Metadata;

    private static async Task ShouldBeRefusedAsync(AppHarness app, TableEntity row, byte[] original, string reason)
    {
        row.GetString("State").Should().Be("Rejected");
        row.GetString("Reason").Should().Contain(reason);
        row.GetString("Blob").Should().StartWith("not-sent/");
        (await app.ReadAsync(row.GetString("Blob"))).Should().Equal(original);
        (await app.ListAsync("outbound")).Should().BeEmpty();
        var told = (await app.EventsAsync()).Should().ContainSingle().Which;
        told.GetProperty("outcome").GetString().Should().Be("NotSent");
        told.GetProperty("reason").GetString().Should().Contain(reason);
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle();
        var attention = (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which;
        attention.GetString("DocumentPartition").Should().Be(row.PartitionKey);
        attention.GetString("DocumentRow").Should().Be(row.RowKey);
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

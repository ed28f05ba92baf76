namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Its tests take the memory for pictures away from the whole process, so nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryShortage
{
    public const string Name = "Shortage of memory";
}

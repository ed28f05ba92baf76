using Hazchem.Benchmarks.Running;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>One way of doing the task that is measured.</summary>
internal interface IContender
{
    Product Work(byte[] original, WorkOrder order);
}

package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.gan4j.device.DeviceException;

/**
 * What goes into a oneDNN primitive, or comes out of it: in a buffer it is row-major, in the
 * workspace it has the layout that the primitive wants. Where that is the same, there is no
 * workspace.
 */
final class Operand implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final boolean output;
  private final boolean reordered;
  private final long bytes;
  private final memory plain;
  private final memory wanted;
  private final dnnl_memory plainHandle;
  private final dnnl_memory wantedHandle;
  private final reorder change;
  private final dnnl_primitive changeHandle;
  private final dnnl_stream streamHandle;
  private final dnnl_exec_arg_t arguments;

  /**
   * @param output whether the primitive writes it
   * @param plainDesc row-major
   * @param wantedDesc as the primitive has chosen
   * @param somewhere any valid address
   */
  Operand(
      boolean output,
      memory.desc plainDesc,
      memory.desc wantedDesc,
      engine engine,
      stream stream,
      Pointer somewhere) {
    this.output = output;
    this.reordered = plainDesc.notEquals(wantedDesc);
    plain = new memory(plainDesc, engine, somewhere);
    plainHandle = plain.get();
    streamHandle = stream.get();
    if (!reordered) {
      bytes = 0;
      wanted = null;
      wantedHandle = plainHandle;
      change = null;
      changeHandle = null;
      arguments = null;
      return;
    }
    bytes = (wantedDesc.get_size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    wanted = new memory(wantedDesc, engine, somewhere);
    wantedHandle = wanted.get();
    change = output ? new reorder(wanted, plain) : new reorder(plain, wanted);
    changeHandle = change.get();
    arguments = new dnnl_exec_arg_t(2);
    argument(0, DNNL_ARG_FROM, output ? wantedHandle : plainHandle);
    argument(1, DNNL_ARG_TO, output ? plainHandle : wantedHandle);
    arguments.position(0);
  }

  private void argument(int index, int role, dnnl_memory handle) {
    arguments.position(index);
    arguments.arg(role);
    arguments.memory(handle);
  }

  /** What it needs of the workspace. */
  long bytes() {
    return bytes;
  }

  /** What the primitive is given. */
  dnnl_memory handle() {
    return wantedHandle;
  }

  /** Says where the workspace is; without effect where none is needed. */
  void place(Pointer at) {
    if (reordered) {
      dnnl_memory_set_data_handle(wantedHandle, at);
    }
  }

  /** Says where the row-major values are. */
  void use(Pointer at) {
    dnnl_memory_set_data_handle(plainHandle, at);
  }

  /** Brings an input into the primitive's layout. */
  void before() {
    if (!output) {
      change();
    }
  }

  /** Brings an output into the row-major layout. */
  void after() {
    if (output) {
      change();
    }
  }

  private void change() {
    if (!reordered) {
      return;
    }
    int status = dnnl_primitive_execute(changeHandle, streamHandle, 2, arguments);
    if (status != dnnl_success) {
      throw new DeviceException("oneDNN could not change a layout: status " + status);
    }
  }

  @Override
  public void close() {
    if (reordered) {
      arguments.close();
      change.close();
      wanted.close();
    }
    plain.close();
  }
}

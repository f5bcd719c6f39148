package dev.tcphealth.hotspot;

/**
 * The compiled code that a return address leads to, and what says that it is still there.
 *
 * <p>Code is freed, by the sweeper of JDK 17 or by a collection, and other code is put in its place. What was freed stays
 * in memory until it is written over, and new code may begin behind its header: so the block must be in use, as well as
 * its compile id be the same. No two compilations have the same one (CompileBroker::assign_compile_id), so where both
 * hold, it is the same code, and an address within it means the same methods and the same byte code indexes.
 *
 * @param returnAddress what was asked about
 * @param frameBytes the size of its frame, from its stack pointer to the one of its caller
 * @param marked whether it was compiled for one of the marked methods
 * @param used the address of the byte that says whether the block is in use
 * @param identityAt the address of what tells this code from other code: of a method its compile id, of a stub, which is
 *     never freed, its name
 */
record CompiledCode(long returnAddress, long frameBytes, boolean marked, long used, long identityAt, int identity) {

    /** About what one takes of the heap. */
    static final int BYTES = 56;

    /** Whether this code is still there: memory of the code cache can always be read. */
    boolean isThere(JvmMemory memory) {
        return memory.int32(identityAt) == identity && memory.int8(used) != 0;
    }
}
